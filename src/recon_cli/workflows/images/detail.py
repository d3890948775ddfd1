"""How much detail pictures have beside usual photographs, as blurred and noisy data tell.

What is smooth needs a stronger prior than what is full of edges, though blur and noise are the same. The data
are compared with those of a picture whose power spectrum falls as that of photographs, through the same blur:
their spectrum, see `power`, or where too many pixels are missing and for slices the squared differences of
neighbours beyond those that noise makes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .power import power_of

_SIDE, _SMOOTHED, _FAR = 96, 1.5, 20.0
"""Pixels of the square on which powers are computed, of the Gaussian that takes noise and streaks out of
backprojections, and the squared frequency beyond which nothing of it is left."""


class _Law(NamedTuple):
    """How the share of the level follows from the power of the detail.

    Attributes:
        usual: squared grey levels at a frequency of a radian a pixel, with which `level_through` suits.
        power: of the power, with which the best level grows.
        least: share, of the range in which that was measured.
        most: likewise.
    """

    usual: float
    power: float
    least: float
    most: float

    def share(self, power: float) -> float:
        """Return the share for a power, in squared grey levels."""
        return min(max((max(power, 0.0) / self.usual) ** self.power, self.least), self.most)


_OF_DIFFERENCES, _OF_SPECTRUM = _Law(1500.0, 0.15, 0.45, 1.25), _Law(2300.0, 0.25, 0.2, 1.25)


def of_pictures(
    planes: NDArray[np.float32],
    weights: NDArray[np.generic] | None,
    passed: NDArray[np.float64],
    factor: int,
    sigma: float,
) -> float:
    """Return the share of `level_through` that suits pictures which a camera has blurred.

    Args:
        planes: `(n, height, width)`, intensities around [0, 1] with white noise.
        weights: of the pixels in the data term, `(height, width)`; those of 0 do not count.
        passed: squared transfer function, square, on the grid of `numpy.fft.fft2`.
        factor: pixels of the image for one of the data, in both directions.
        sigma: noise level, in 8-bit grey levels.
    """
    kept = np.ones(planes.shape[1:], bool) if weights is None else np.asarray(weights) > 0
    if not _corners(kept).any():
        return 1.0
    high, wide = (length // factor for length in passed.shape)
    rows, cols = (2 * np.pi * np.fft.fftfreq(length) for length in passed.shape)
    squared = rows[:, None] ** 2 + cols**2
    squared[0, 0] = np.inf
    folded = (passed / squared).reshape(factor, high, factor, wide).sum((0, 2)) / factor**2
    power = power_of(planes, kept, folded, sigma)
    if power is not None:
        return _OF_SPECTRUM.share(power)
    of_unit = float((folded * _differences(high, wide)).mean())
    return _OF_DIFFERENCES.share((255**2 * _energy(planes, kept) - 4 * sigma**2) / of_unit)


def of_slices(
    first: NDArray[np.float32], noise: NDArray[np.float32], inside: NDArray[np.bool_], sigma: float
) -> float:
    """Return the share of `level_through` that suits slices of which there are projections.

    Args:
        first: their filtered backprojections, `(slices, height, width)`, intensities around [0, 1].
        noise: that of projections which are white noise of variance 1 alone, `(height, width)`.
        inside: which pixels count, far from the edge of what is seen, `(height, width)`.
        sigma: noise level of the projections, in 8-bit grey levels.
    """
    if not _corners(inside).any():
        return 1.0
    from scipy.ndimage import gaussian_filter  # most commands do without its time

    along = 2 * np.pi * np.fft.fftfreq(_SIDE)
    squared = along[:, None] ** 2 + along**2
    squared[0, 0] = np.inf
    passed = np.exp(-(_SMOOTHED**2) * np.minimum(squared, _FAR)) / squared
    of_unit = float((passed * _differences(_SIDE, _SIDE)).mean())
    seen, of_noise = (
        _energy(gaussian_filter(x, (0, _SMOOTHED, _SMOOTHED)), inside) for x in (first, noise[None])
    )
    return _OF_DIFFERENCES.share((255**2 * seen - sigma**2 * of_noise) / of_unit)


def _differences(high: int, wide: int) -> NDArray[np.float64]:
    """Return the squared transfer functions of differences along rows and columns, added."""
    along, across = (2 - 2 * np.cos(2 * np.pi * np.fft.fftfreq(length)) for length in (high, wide))
    both: NDArray[np.float64] = along[:, None] + across
    return both


def _corners(kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels that count with those below and to the right of them."""
    return kept[:-1, :-1] & kept[1:, :-1] & kept[:-1, 1:]


def _energy(planes: NDArray[np.float32], kept: NDArray[np.bool_]) -> float:
    """Return the mean squared difference along rows and columns, added."""
    corner = _corners(kept)
    down, right = np.diff(planes, axis=1)[:, :, :-1], np.diff(planes, axis=2)[:, :-1]
    return float((down[:, corner] ** 2 + right[:, corner] ** 2).mean(dtype=np.float64))
