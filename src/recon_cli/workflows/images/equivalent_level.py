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
_HIGHEST = 60.0
"""No higher level was measured."""
_OF_ERROR, _FALLING, _LOWEST = 1.9, 0.4, 0.5
"""Of MRI: the level relative to an error, how that ratio falls below `_ERROR`, and the lowest level."""


def equivalent_level(kernel: Kernel, factor: int, sigma: float) -> float:
    """Return the noise level whose strengths suit data that were blurred.

    It follows from the error that the best linear filter (Wiener) leaves in images whose power spectrum falls
    as that of photographs, beyond what it leaves without the blur. The rule was fitted to the best levels for
    Gaussians of 1 to 3 pixels, a motion of 9, and factors of 2 to 4 at sigma 0.5 to 10.

    Args:
        kernel: of the blur.
        factor: pixels of the image for one of the data.
        sigma: noise level, in 8-bit grey levels.
    """
    side = _SIDE * math.ceil(max(kernel.taps.shape) / _SIDE)
    placed = np.zeros((side, side))
    placed[: kernel.taps.shape[0], : kernel.taps.shape[1]] = kernel.taps
    passed = np.abs(np.fft.fft2(placed)) ** 2
    lost = _error(passed, factor, sigma) ** 3 - _error(np.ones_like(passed), 1, sigma) ** 3
    return min(sigma + _LEVEL * max(lost, 0.0) / _ERROR**3, max(_HIGHEST, sigma))


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
    return min(max(level, _LOWEST), max(_HIGHEST, sigma))


def _error(passed: NDArray[np.float64], factor: int, sigma: float) -> float:
    """Return the root mean square error of the Wiener filter, in grey levels.

    Args:
        passed: squared transfer function, on the grid of `numpy.fft.fft2`.
        factor: pixels of the image for one of the data.
        sigma: noise level, in 8-bit grey levels.
    """
    rows, columns = (2 * math.pi * np.fft.fftfreq(side) for side in passed.shape)
    squared = rows[:, None] ** 2 + columns**2
    power = _POWER / np.maximum(squared, (2 * math.pi / max(passed.shape)) ** 2)
    coarse = [side // factor for side in passed.shape]
    folded = (passed * power).reshape(factor, coarse[0], factor, coarse[1]).sum((0, 2)) / factor**2
    data = np.tile(folded + sigma**2, (factor, factor))
    left = power * (1 - passed * power / data / factor**2)
    return math.sqrt(float(left.mean()))
