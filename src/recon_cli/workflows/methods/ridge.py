"""The convex ridge regulariser as a method."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...engine.solvers.quasi_newton import GAP
from ...models.registry import find_ridge
from ..ridge import denoise_by_ridge, strength_at
from .footprint import Footprint
from .method import Method, Outcome

if TYPE_CHECKING:
    from ...engine.result import Callback
    from ...models.ridge import Ridge, Strength
    from ..denoising.denoise import DenoiseOptions
    from ..device import Device

_KEPT = 4
_A_PIXEL, _A_FILTER = 440, 5
"""Of images and responses, more than measured with the bundled ones, and of a filter's spectrum."""
_FIXED = 600
"""For each pixel of a filter: its responses to the part of an image on which norms are found."""


class ConvexRidge(Method):
    """The minimum of `1/2 |x - y|^2 + lam / mu R(mu x)` over x in [0, 1]^n, R learned, with a certified gap.

    Goujon et al., see `engine.ridge.regulariser`.
    """

    name = "crr"

    def __init__(self, options: DenoiseOptions, model: str | None = None) -> None:
        """Take what holds for all noise levels.

        Args:
            options: its tolerance, iterations and device; it has none of the others.
            model: a bundled name or a file; None takes the bundled regulariser that suits each level.
        """
        self._options, self._model = options, model
        # of thousands of files each may have a level of its own
        self.choose = lru_cache(maxsize=_KEPT)(self._look_for)

    def _look_for(self, sigma: float) -> Ridge:
        return find_ridge(self._model, sigma)

    @property
    def device(self) -> Device:
        """See `Method`."""
        return self._options.device

    def footprint(self, sigma: float) -> Footprint:
        """See `Method`."""
        ridge = self.choose(sigma)
        filters, size = ridge.kernels.shape[:2]
        return Footprint(
            f"{ridge.name} with {filters} filters of {size} x {size} pixels",
            _A_PIXEL + _A_FILTER * filters,
            _FIXED * filters * size**2,
            2 * (size - 1),
        )

    def row(self) -> tuple[str, str]:
        """See `Method`."""
        return "method", "crr (convex ridge regulariser in [0, 1], L-BFGS)"

    def tolerance(self, sigma: float) -> float | None:
        """See `Method`."""
        self.parameters(sigma)
        return self._options.tolerance or GAP

    def parameters(self, sigma: float) -> Strength:
        """See `Method`."""
        return strength_at(self.choose(sigma), sigma)

    def denoise(self, noisy: NDArray[np.float32], sigma: float, callback: Callback | None = None) -> Outcome:
        """See `Method`."""
        options = self._options
        return denoise_by_ridge(
            noisy,
            self.choose(sigma),
            sigma,
            tolerance=options.tolerance,
            max_iterations=options.max_iterations,
            device=options.device,
            callback=callback,
        )
