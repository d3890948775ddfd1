"""Levels of lower resolution, which programs show instead of a large image: made again from a result."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .values import stored_as


def reduced(array: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """Return means over equal parts of the array, as many as a level has.

    Where the sides are a whole number of times as long, up to a rest, blocks of that many are taken, and what
    is over at the end is left out; else the parts end within pixels, which count by their share.
    """
    if array.shape == shape:
        return array
    means = array.astype(np.float64)
    for axis, length in enumerate(shape):
        means = _means(means, axis, length)
    return stored_as(means, array.dtype)


def _means(array: NDArray[np.float64], axis: int, few: int) -> NDArray[np.float64]:
    many = array.shape[axis]
    factor = float(round(many / few))
    if abs(few * factor - many) >= factor:
        factor = many / few
    ends = np.minimum(np.arange(few + 1) * factor, many)
    first = np.floor(ends[:-1]).astype(np.intp)
    total = np.zeros((*array.shape[:axis], few, *array.shape[axis + 1 :]))
    shaped = (-1, *[1] * (array.ndim - axis - 1))
    for step in range(int(np.ceil(factor)) + 1):
        pixels = first + step
        share = np.minimum(ends[1:], pixels + 1) - np.maximum(ends[:-1], pixels)
        share = share.clip(0).reshape(shaped)
        # a pixel without a share may be none at all, and NaN
        total += np.where(share > 0, array.take(pixels.clip(max=many - 1), axis) * share, 0)
    return total / np.diff(ends).reshape(shaped)
