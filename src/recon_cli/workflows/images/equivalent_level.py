"""The noise level whose strengths suit what a camera has blurred."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...engine.operators.kernels import Kernel

_SIDE = 96
"""Of the image on which errors are computed, in pixels, a multiple of 2, 3 and 4; more for larger kernels."""
_POWER = 450.0
"""Of photographs: `_POWER / q**2` squared grey levels at a frequency of q radians a pixel."""
_ERROR, _LEVEL = 6.9, 16.0
"""An error in grey levels, and the noise level that suits it; it grows as the third power of the error."""
_LEAST, _HIGHEST = 0.5, 60.0
"""No lower level is known to the models, and no higher one was measured."""
_OF_ERROR, _FALLING = 1.9, 0.4
"""Of MRI: the level relative to an error, and how that ratio falls below `_ERROR`."""
_LEAST_OF_MRI = 1.55
"""Models of lower levels have no weights for each pixel; with theirs a phantom without noise had 56.4 dB in
place of 57.9, and heads and photographs with little noise up to 2.9 dB less. A level of 2.5 was worse again.
"""


def equivalent_level(kernel: Kernel, factor: int, sigma: float, share: float = 1.0) -> float:
    """Return the noise level whose strengths suit data that were blurred, see `level_through`.

    Args:
        kernel: of the blur.
        factor: pixels of the image for one of the data.
        sigma: noise level, in 8-bit grey levels.
        share: see `level_through`.
    """
    return level_through(passed_by(kernel), sigma, factor, share)


def passed_by(kernel: Kernel) -> NDArray[np.float64]:
    """Return the squared transfer function of a kernel on a square, on the grid of `numpy.fft.fft2`."""
    side = _SIDE * math.ceil(max(kernel.taps.shape) / _SIDE)
    placed = np.zeros((side, side))
    placed[: kernel.taps.shape[0], : kernel.taps.shape[1]] = kernel.taps
    passed: NDArray[np.float64] = np.abs(np.fft.fft2(placed)) ** 2
    return passed


def level_through(passed: NDArray[np.float64], sigma: float, factor: int = 1, share: float = 1.0) -> float:
    """Return the noise level whose strengths suit data of an operator.

    It follows from the error that the best linear filter (Wiener) leaves in images whose power spectrum falls
    as that of photographs, beyond what noise alone leaves where every frequency passes as the best one does.
    The rule was fitted to the best levels for Gaussians of 1 to 3 pixels, a motion of 9, and factors of 2 to
    4 at sigma 0.5 to 10.

    Args:
        passed: spectrum of `H'H`, on the grid of `numpy.fft.fft2`.
        sigma: noise level of the data, in 8-bit grey levels.
        factor: pixels of the image for one of the data, in both directions.
        share: of what the level is more than that of the noise alone, see `detail`.
    """
    alone = sigma / math.sqrt(max(round(float(passed.max()), 12), 1e-12))
    lost = _error(passed, factor, sigma) ** 3 - _error(np.ones_like(passed), 1, alone) ** 3
    level = alone + share * _LEVEL * max(lost, 0.0) / _ERROR**3
    return max(min(level, max(_HIGHEST, alone)), _LEAST)


def mri_level(passed: NDArray[np.floating[Any]], sigma: float) -> float:
    """Return the noise level whose strengths suit undersampled k-space.

    It follows from the error of the best linear filter, as `equivalent_level` does, and was fitted to the
    best levels for masks of 2 to 6 fold, 1 to 8 coils and noise of 0.5 to 9.

    Args:
        passed: how much of each frequency is measured, 1 for all, on the grid of `numpy.fft.fft2`.
        sigma: noise level of the image where all is, in 8-bit grey levels.
    """
    error = _error(np.asarray(passed, np.float64), 1, sigma)
    level = _OF_ERROR * error * min(1.0, error / _ERROR) ** _FALLING
    return min(max(level, _LEAST_OF_MRI), max(_HIGHEST, sigma))


def _error(passed: NDArray[np.float64], factor: int, sigma: float) -> float:
    """Return the root mean square error of the Wiener filter, in grey levels.

    Args:
        passed: squared transfer function, on the grid of `numpy.fft.fft2`.
        factor: pixels of the image for one of the data.
        sigma: noise level, in 8-bit grey levels.
    """
    rows, cols = (2 * math.pi * np.fft.fftfreq(length) for length in passed.shape)
    squared = rows[:, None] ** 2 + cols**2
    power = _POWER / np.maximum(squared, (2 * math.pi / max(passed.shape)) ** 2)
    high, wide = (length // factor for length in passed.shape)
    folded = (passed * power).reshape(factor, high, factor, wide).sum((0, 2)) / factor**2
    data = np.tile(folded + sigma**2, (factor, factor))
    left = power * (1 - passed * power / data / factor**2)
    return math.sqrt(float(left.mean()))
