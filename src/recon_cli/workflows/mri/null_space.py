"""The noise of k-space by what its samples have beside their signal, in a complete square in the middle.

In windows of the square the signal fills some directions only: coils see one image, which ends where the
object does. The others are noise (as in Uecker et al., Magn. Reson. Med. 2014).
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .coils import calibration_side
from .mismatch import LEAST_SIDE

_LARGEST, _VIEWS = 8, 2
"""Side of the largest windows; and how many of them there are at least for each of their numbers."""
_ALIKE = 1.5
"""How much larger the largest variance of the directions of noise may be than chance makes it; of the
smallest its square."""
_FEWEST, _PART = 6, 0.15
"""Directions of noise that there are at least, and their least part of all: where there are fewer, weak
signal was taken for them in some scenes."""
_DRAWS = 3
"""Of noise, whose variances are compared with."""


class Beside(NamedTuple):
    """What the directions say that hold least.

    Attributes:
        level: standard deviation of complex noise, or somewhat more.
        is_noise: whether enough of them look like noise alone; else there may be less.
    """

    level: float
    is_noise: bool


def beside_all_signal(
    samples: NDArray[np.complexfloating[Any, Any]], mask: NDArray[np.bool_]
) -> Beside | None:
    """Return the level of noise, or None where the square is too small.

    The variances along the directions, from the smallest on, are compared with those of as many directions
    of simulated noise; of all numbers of directions that look like it, the largest counts.

    Args:
        samples: `(coils, height, width)`, the low frequencies in the middle.
        mask: `(height, width)`, what was sampled.
    """
    coils, side = len(samples), calibration_side(mask)
    fitting = (w for w in range(_LARGEST, 1, -1) if _VIEWS * coils * w**2 <= (side - w + 1) ** 2)
    window = next(fitting, 0)
    if side < LEAST_SIDE or not window:
        return None
    top, left = (length // 2 - side // 2 for length in mask.shape)
    square = samples[:, top : top + side, left : left + side].astype(np.complex128)
    found = _variances(square, window)
    made = np.random.default_rng(0).standard_normal((_DRAWS, 2, *square.shape)) / math.sqrt(2)
    usual = np.mean([_variances(real + 1j * imaginary, window) for real, imaginary in made], 0)
    count = len(found)
    places = (np.arange(count) + 0.5) / count
    found = np.maximum(found, 1e-15 * found[-1] + 1e-300)
    fewest = min(count, max(_FEWEST, math.ceil(_PART * count)))
    for free in range(count, fewest - 1, -1):
        like = np.interp((np.arange(free) + 0.5) / free, places, usual)
        level = math.exp(float(np.log(found[:free] / like).mean()))
        if found[free - 1] <= _ALIKE * level * like[-1] and found[0] >= level * like[0] / _ALIKE**2:
            return Beside(math.sqrt(level), True)
    return Beside(math.sqrt(float(found[:fewest].mean() / usual[:fewest].mean())), False)


def _variances(square: NDArray[np.complex128], window: int) -> NDArray[np.float64]:
    """Return those of the windows of a square, `(coils, side, side)`, along their directions, rising."""
    views = np.lib.stride_tricks.sliding_window_view(square, (window, window), (1, 2))
    rows = np.moveaxis(views, 0, 2).reshape(views.shape[1] * views.shape[2], -1)
    values: NDArray[np.float64] = np.linalg.eigvalsh(rows.conj().T @ rows) / len(rows)
    return values
