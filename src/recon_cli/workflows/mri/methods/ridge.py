"""The convex ridge regulariser as a method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ....engine.solvers.quasi_newton import CHANGE
from ...ridge import reconstruct_by_ridge, strength_in_mri
from .method import Mask, MriMethod, Samples

if TYPE_CHECKING:
    from ....engine.result import Callback
    from ....models.ridge import Ridge, Strength
    from ...methods.method import Parameters
    from ..measurement import Frame
    from ..options import MriOptions


@dataclass(frozen=True)
class ConvexRidge(MriMethod):
    """The minimum of `1/2 |Hx - y|^2 + lam / mu R(mu x)`, R learned, with the image model's constraint.

    It stops where the image hardly changes: its certificate knows no curvature, and the gap becomes small
    long after J has settled.

    Attributes:
        ridge: R.
    """

    ridge: Ridge
    name = "crr"
    remark = "; a loose bound, of first order, that the iterations do not stop by"

    @property
    def model(self) -> str | None:
        """See `MriMethod`."""
        return self.ridge.name

    def row(self, options: MriOptions) -> tuple[str, str]:
        """See `MriMethod`."""
        return "method", "crr (convex ridge regulariser with the image's bounds, L-BFGS)"

    def fields(self, options: MriOptions) -> dict[str, Any]:
        """See `MriMethod`."""
        return {"model": self.model, "tol": self.tolerance(options)}

    def stop_rule(self, options: MriOptions) -> str | None:
        """See `MriMethod`."""
        return "relative change of the image"

    def ending(self, options: MriOptions, parameters: Parameters) -> str:
        """See `MriMethod`."""
        return f", {self.stop_rule(options)} below {self.tolerance(options):.3g}"

    def parameters(self, options: MriOptions) -> Strength:
        """See `MriMethod`."""
        return strength_in_mri(self.ridge)

    def tolerance(self, options: MriOptions) -> float | None:
        """See `MriMethod`."""
        return options.tolerance or CHANGE

    def reconstruct(
        self,
        samples: Samples,
        mask: Mask,
        options: MriOptions,
        maps: Samples | None,
        scale: float,
        callback: Callback | None = None,
    ) -> Frame:
        """See `MriMethod`."""
        return reconstruct_by_ridge(
            samples, mask, self.ridge, options, maps=maps, scale=scale, callback=callback
        )
