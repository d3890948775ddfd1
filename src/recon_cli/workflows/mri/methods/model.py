"""The learned patch model as a method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..options import MriOptions
from ..reconstruct import Reconstructed, mri_parameters, reconstruct
from .method import Mask, MriMethod, Samples

if TYPE_CHECKING:
    from ....engine.result import Callback
    from ....models.dictionary import Dictionary
    from ...methods.method import Parameters


@dataclass(frozen=True)
class PatchModel(MriMethod):
    """The learned patch model.

    Attributes:
        dictionary: the model.
    """

    dictionary: Dictionary
    name = "model"

    @property
    def model(self) -> str | None:
        """See `MriMethod`."""
        return self.dictionary.name

    def row(self, options: MriOptions) -> tuple[str, str]:
        """See `MriMethod`."""
        return "mode", f"{options.mode} ({options.solver_name})"

    def fields(self, options: MriOptions) -> dict[str, Any]:
        """See `MriMethod`."""
        return {
            "mode": options.mode,
            "solver": options.solver_name,
            "model": self.model,
            "reweighted": self.reweighted(options),
        }

    def reweighted(self, options: MriOptions) -> bool:
        """See `MriMethod`."""
        return options.mode == "full" and self.dictionary.reweighting is not None

    def stop_rule(self, options: MriOptions) -> str | None:
        """See `MriMethod`."""
        if options.mode == "full":
            return "certified gap" if options.solver == "admm" else "relative change of J"
        return "relative change of image and codes" if options.mode == "early-stop" else None

    def ending(self, options: MriOptions, parameters: Parameters) -> str:
        """See `MriMethod`."""
        if options.mode != "early-stop":
            return ""
        return f", relative change below {parameters.as_json()['tol']:.3g}"

    def parameters(self, options: MriOptions) -> Parameters:
        """See `MriMethod`."""
        return mri_parameters(self.dictionary, options)

    def tolerance(self, options: MriOptions) -> float | None:
        """See `MriMethod`."""
        return mri_parameters(self.dictionary, options).tol

    def reconstruct(
        self,
        samples: Samples,
        mask: Mask,
        options: MriOptions,
        maps: Samples | None,
        scale: float,
        callback: Callback | None = None,
    ) -> Reconstructed:
        """See `MriMethod`."""
        return reconstruct(samples, mask, self.dictionary, options, maps=maps, scale=scale, callback=callback)
