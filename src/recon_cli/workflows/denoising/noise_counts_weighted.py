"""Noise of counted light in what a camera has blurred or left out: pixels count by how noisy they are.

The Anscombe transform makes such noise white, but not of what a blur made of the image: its transform is no
blur of a transformed image. So the counts stay as they are, and their noise follows from what is expected of
them,

    variance = gain (mean - offset) + read_noise^2,

where the mean is that of the pixels around, so that weights do not follow the noise. The level of the whole
is that with which the data say as much, `1 / sigma^2 = mean(1 / sigma_i^2)`: with the mean of the levels dark
pictures with bright detail were smoothed too much.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .noise_counts import PoissonNoise
from .noise_map import by_levels
from .poisson import LARGEST_SIGMA, CountModel

if TYPE_CHECKING:
    from ...files.images.span import Span
    from .noise import Hollow, Planes, White

_SMOOTHED = 1.5
"""Pixels of the Gaussian that takes the noise out of the counts."""
_FEWEST = 1.0
"""Electrons that are expected at least: the mean of fewer is hardly known."""


@dataclass(frozen=True)
class WeightedPoissonNoise(PoissonNoise):
    """Noise of counted light that stays as it is, with weights of the data; see `PoissonNoise`."""

    def least_range(self, full: float | None) -> float:
        """See `Noise`: that in which the level of the middle is one that the models know."""
        del full
        if not isinstance(self.model, CountModel):
            return 0.0
        grey = 255 / LARGEST_SIGMA
        half = grey**2 * self.model.gain / 4  # of (range / grey)^2 = gain range / 2 + read_noise^2
        return half + math.hypot(half, grey * self.model.read_noise)

    def whiten(self, planes: Planes, span: Span, holes: Hollow = None) -> White:
        """See `Noise`; of colours the mean variance counts.

        Raises:
            ReconError: when the gain cannot be estimated, see `estimate_counts`.
        """
        counts = planes.astype(np.float64) * span.width + span.low
        model, said = self._model(counts, holes)
        electrons = np.maximum((_around(counts, holes) - model.offset) / model.gain, _FEWEST)
        variance = electrons.mean(1) * model.gain**2 + model.read_noise**2
        levels = np.sqrt(variance) * 255 / span.width
        seen = levels if holes is None else levels[~holes]
        reference = round(float(np.mean(seen**-2.0) ** -0.5), 6)
        low, high = seen.min(), seen.max()
        words = f"counts with {said}, weighted by sigma {low:.3g} to {high:.3g}/255 of what is expected"
        return by_levels(planes, span, levels, reference, words)


def _around(counts: NDArray[np.float64], holes: Hollow) -> NDArray[np.float64]:
    """Return the mean of the pixels around each, of those with data."""
    from scipy.ndimage import gaussian_filter

    across = (0, 0, _SMOOTHED, _SMOOTHED)
    if holes is None:
        return gaussian_filter(counts, across, mode="nearest")
    there = np.broadcast_to(~holes[:, None], counts.shape).astype(np.float64)
    share = gaussian_filter(there, across, mode="nearest")
    return gaussian_filter(counts * there, across, mode="nearest") / np.maximum(share, 1e-6)
