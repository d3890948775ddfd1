"""Levels of lower resolution, which programs show instead of a large image: made again from a result."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .values import stored_as

Box = tuple[tuple[int, int], ...]
"""Where a part of a level begins and ends, along each axis."""


def reduced(array: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """Return means over equal parts of the array, as many as a level has.

    Where the sides are a whole number of times as long, up to a rest, blocks of that many are taken, and what
    is over at the end is left out; else the parts end within pixels, which count by their share.
    """
    if array.shape == shape:
        return array
    return reduced_part(array, array.shape, shape, tuple((0, length) for length in shape))


def above(own: Box, many: Sequence[int], few: Sequence[int]) -> Box:
    """Return what a part of a level is made of.

    Args:
        own: the part.
        many: shape of the level above.
        few: of the level.
    """
    factors = map(_factor, many, few)
    return tuple(
        (math.floor(low * factor), min(math.ceil(high * factor), length))
        for (low, high), factor, length in zip(own, factors, many, strict=True)
    )


def reduced_part(array: NDArray[Any], many: Sequence[int], few: Sequence[int], own: Box) -> NDArray[Any]:
    """Return a part of a level, see `reduced`.

    Args:
        array: what it is made of, see `above`.
        many: shape of the level above.
        few: of the level.
        own: the part.
    """
    means = array.astype(np.float64)
    for axis, ((first, _), (low, high)) in enumerate(zip(above(own, many, few), own, strict=True)):
        ends = np.arange(low, high + 1) * _factor(many[axis], few[axis])
        means = _means(means, axis, np.minimum(ends - first, array.shape[axis]))
    return stored_as(means, array.dtype)


def _factor(many: int, few: int) -> float:
    whole = max(1, round(many / few))
    return float(whole) if abs(few * whole - many) < whole else many / few


def _means(array: NDArray[np.float64], axis: int, ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return means between the ends, in pixels."""
    first = np.floor(ends[:-1]).astype(np.intp)
    total = np.zeros((*array.shape[:axis], len(first), *array.shape[axis + 1 :]))
    shaped = (-1, *[1] * (array.ndim - axis - 1))
    for step in range(int(np.ceil(np.diff(ends).max())) + 1):
        pixels = first + step
        share = np.minimum(ends[1:], pixels + 1) - np.maximum(ends[:-1], pixels)
        share = share.clip(0).reshape(shaped)
        # a pixel without a share may be none at all, and NaN
        taken = array.take(pixels.clip(max=array.shape[axis] - 1), axis)
        total += np.where(share > 0, taken * share, 0)
    return total / np.diff(ends).reshape(shaped)
