"""Blocks of a plane that its noise can be measured in, in the cosine domain."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIZE = 8
"""Of a block, in pixels."""
HIGH = np.add.outer(np.arange(SIZE), np.arange(SIZE)) >= SIZE
"""Which frequencies of a block hold hardly any image."""
LOW = ~HIGH
LOW[0, 0] = False
"""The others, without the mean."""
_FILL = 3
_LEAST_KEPT = 256
_MOST_BLOCKS = 1 << 16
"""Of a plane, to bound memory."""


def power_of(blocks: NDArray[Any]) -> NDArray[np.float64]:
    """Return the power at each frequency of each block, `(n, 8, 8)`."""
    from scipy.fft import dctn  # takes a quarter of a second, and most noise levels are given

    power: NDArray[np.float64] = dctn(blocks, axes=(1, 2), norm="ortho") ** 2
    return power


def quietness(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean power of blocks at low frequencies, without that of their means, `(n,)`."""
    energy: NDArray[np.float64] = power[:, LOW].mean(1)
    return energy


def blocks_of(plane: NDArray[Any], holes: NDArray[np.bool_] | None = None) -> NDArray[Any]:
    """Return blocks of a plane, `(n, 8, 8)`, some where there are many.

    Where 3x3 pixels are equal there is fill, as in a frame, a bar of data or around a circular field; blocks
    with fill are left out, as are those with holes.

    Args:
        plane: `(height, width)`, at least 8x8 pixels.
        holes: pixels that were not measured, of the same shape.
    """
    step = max(2, math.ceil(math.sqrt(plane.size / _MOST_BLOCKS)))
    fill = _fill(plane) if holes is None else _fill(plane) | holes
    blocks: NDArray[Any] = _cut(plane, step)[~_cut(fill, step).any((2, 3))]
    return blocks


def unsaturated_blocks(plane: NDArray[Any], holes: NDArray[np.bool_] | None = None) -> NDArray[Any]:
    """Return the blocks of `blocks_of` that have kept their noise.

    Pixels at the smallest or largest value of the plane may be saturated: blocks with such pixels are left
    out; where nearly all blocks have some, those with the fewest are taken.
    """
    blocks = blocks_of(plane, holes)
    if not len(blocks):
        return blocks
    saturated = ((blocks <= plane.min()) | (blocks >= plane.max())).sum((1, 2))
    kept: NDArray[Any] = blocks[saturated <= np.sort(saturated)[:_LEAST_KEPT][-1]]
    return kept


def _cut(plane: NDArray[Any], step: int) -> NDArray[Any]:
    windows = np.lib.stride_tricks.sliding_window_view(plane, (SIZE, SIZE))
    return windows[::step, ::step]


def _fill(plane: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which pixels lie in 3x3 pixels that are all equal; noise leaves hardly any."""
    core = np.lib.stride_tricks.sliding_window_view(plane, (_FILL, _FILL))
    equal = core.max((2, 3)) == core.min((2, 3))
    fill = np.zeros(plane.shape, np.bool_)
    height, width = equal.shape
    for row, col in np.ndindex(_FILL, _FILL):
        fill[row : row + height, col : col + width] |= equal
    return fill
