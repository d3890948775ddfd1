"""The learned patch model as a method."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...models.registry import find_dictionary
from ..denoising.denoise import Denoised, DenoiseOptions, choose_parameters, denoise
from .method import Method, Parameters
from .model_footprint import model_footprint

if TYPE_CHECKING:
    from ...engine.result import Callback
    from ...models.dictionary import Dictionary
    from ...models.tuned import Tuned
    from ..device import Device
    from .footprint import Footprint

_KEPT = 4


class PatchModel(Method):
    """Denoises with the dictionary and the parameters that suit each noise level; the last few are kept."""

    name = "model"

    def __init__(self, options: DenoiseOptions, model: str | None = None) -> None:
        """Take the options that hold for all levels.

        Args:
            options: beta, lam and tolerance may be open.
            model: a bundled name or a dictionary file; None takes the best bundled one of each level.
        """
        self.options, self._model = options, model
        # of thousands of files each may have a level of its own
        self.choose = lru_cache(maxsize=_KEPT)(self._look_for)

    def _look_for(self, sigma: float) -> tuple[Dictionary, DenoiseOptions]:
        options = self.options
        dictionary = find_dictionary(self._model, sigma, options.mode)
        chosen = choose_parameters(dictionary, sigma, options)
        return dictionary, replace(options, beta=chosen.beta, lam=chosen.lam, tolerance=chosen.tol)

    @property
    def device(self) -> Device:
        """See `Method`."""
        return self.options.device

    @property
    def steps(self) -> int | None:
        """See `Method`."""
        return self.options.fixed_steps

    def footprint(self, sigma: float) -> Footprint:
        """See `Method`."""
        return model_footprint(*self.choose(sigma))

    def row(self) -> tuple[str, str]:
        """See `Method`."""
        options = self.options
        return "mode", f"{options.mode} ({options.solver_name}), border {options.border}"

    def fields(self) -> dict[str, Any]:
        """See `Method`."""
        options = self.options
        return {"mode": options.mode, "solver": options.solver_name, "border": options.border}

    def ending(self, parameters: Parameters) -> str:
        """See `Method`."""
        if self.options.mode != "early-stop":
            return ""
        return f", relative change below {parameters.as_json()['tol']:.3g}"

    def parameters(self, sigma: float) -> Tuned:
        """See `Method`."""
        dictionary, options = self.choose(sigma)
        return choose_parameters(dictionary, sigma, options)

    def tolerance(self, sigma: float) -> float | None:
        """See `Method`."""
        return self.choose(sigma)[1].tolerance

    def denoise(self, noisy: NDArray[np.float32], sigma: float, callback: Callback | None = None) -> Denoised:
        """See `Method`."""
        dictionary, options = self.choose(sigma)
        return denoise(noisy, dictionary, sigma, options, callback)
