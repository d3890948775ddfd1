"""Levels of lower resolution, which programs show instead of a large image: made again from a result."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .values import stored_as


def reduced(array: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """Return means over blocks of the array, as many as a level has; what is over at the end is left out."""
    if array.shape == shape:
        return array
    return block_means(array, shape, factors_of(array.shape, shape))


def factors_of(many: Sequence[int], few: Sequence[int]) -> list[int]:
    """Return how many values of a level make one of the next, along each axis.

    Args:
        many: shape of the level.
        few: of the next.
    """
    return [max(1, math.ceil(more / less)) for more, less in zip(many, few, strict=True)]


def block_means(array: NDArray[Any], shape: tuple[int, ...], factors: Sequence[int]) -> NDArray[Any]:
    """Return means over blocks, of what is there of those at the end.

    Args:
        array: a level, or a part of one that begins with a block.
        shape: of the means.
        factors: see `factors_of`.
    """
    missing = [few * factor - many for many, few, factor in zip(array.shape, shape, factors, strict=True)]
    whole = np.pad(array, [(0, max(each, 0)) for each in missing], "edge")
    whole = whole[tuple(slice(few * factor) for few, factor in zip(shape, factors, strict=True))]
    blocks = [side for pair in zip(shape, factors, strict=True) for side in pair]
    means = whole.reshape(blocks).mean(tuple(range(1, 2 * len(shape), 2)), dtype=np.float64)
    return stored_as(np.asarray(means), array.dtype)
