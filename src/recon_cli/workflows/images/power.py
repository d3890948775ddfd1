"""The power of a picture's detail, from the frequencies that blurred and noisy data show.

Photographs have a power spectrum of about `A / q**2`. Through a blur and with white noise the data have

    E|y_k|^2 = A u_k + sigma^2,     u_k = passed(q) / q**2, folded where pixels are coarse,

and A is where their likelihood is largest. Each frequency counts by what it shows beside the noise. Pictures
with a few strong edges, whose spectra fall faster, then have less power than the differences of neighbours
tell.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Power = NDArray[np.float64]
_SMALLEST = 24
"""Side of a window in pixels, at least; on fewer pixels the fall of the spectrum is hardly seen."""
_LOWEST = 2
"""Periods in a window up to which the taper mixes frequencies with the mean."""
_ROUNDS, _FIRST, _LEAST = 8, 1500.0, 1e-2
"""Of the fixed point; and the power in squared grey levels that it begins with, and does not go below."""


def power_of(planes: NDArray[np.float32], kept: NDArray[np.bool_], unit: Power, sigma: float) -> float | None:
    """Return A of pictures, in squared grey levels at a frequency of a radian a pixel.

    The spectrum of the data is the mean over tapered windows that overlap by half (Welch 1967).

    Args:
        planes: `(n, height, width)`, intensities around [0, 1] with white noise.
        kept: which pixels have data, `(height, width)`.
        unit: `u`, `(side, side)` on the grid of `numpy.fft.fft2`.
        sigma: noise level, in 8-bit grey levels.

    Returns:
        A, or None where no window is free of missing pixels.
    """
    side = min(*kept.shape, len(unit))
    windows = list(_windows(kept, side)) if side >= _SMALLEST else []
    if not windows:
        return None
    taper = np.outer(np.hanning(side), np.hanning(side))
    taper /= math.sqrt(float((taper**2).sum()))
    seen = np.zeros_like(unit)
    for rows, cols in windows:
        cut = 255.0 * planes[:, rows, cols]
        level = (cut * taper).sum((1, 2), keepdims=True) / taper.sum()
        seen += (np.abs(np.fft.fft2((cut - level) * taper, unit.shape)) ** 2).mean(0) / len(windows)

    places = np.fft.fftfreq(len(unit)) * side
    counts = places[:, None] ** 2 + places**2 > _LOWEST**2
    found = _FIRST
    for _ in range(_ROUNDS):
        weights = counts * unit / (found * unit + sigma**2) ** 2
        total = float((weights * unit).sum())
        found = max(float((weights * (seen - sigma**2)).sum()) / total, _LEAST) if total else _LEAST
    return found


def _windows(kept: NDArray[np.bool_], side: int) -> Iterator[tuple[slice, slice]]:
    """Yield the windows of a side that miss no pixel."""
    starts = (np.linspace(0, n - side, math.ceil(2 * n / side) - 1).round().astype(int) for n in kept.shape)
    rows, cols = starts
    for i in rows:
        for j in cols:
            where = slice(i, i + side), slice(j, j + side)
            if kept[where].all():
                yield where
