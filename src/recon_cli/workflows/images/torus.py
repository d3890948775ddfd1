"""The torus on which pictures are convolved: larger than they are, so that nothing of them wraps around."""

from __future__ import annotations

import math

from ...engine.fast_length import fast_length

BETWEEN = 8
"""Pixels besides the reach of a kernel, on every side: a patch of one side does not see the other."""
OF_FOURIER = 64
"""Bytes for each pixel of the torus, of its transforms."""
_STRIDES = 4
"""Sides are multiples of it, so that the patches of every stride from 1 to 4 but 3 go round."""


def torus_length(length: int, margin: int) -> int:
    """Return the side of a torus that a picture with a margin on both sides fits in."""
    return _STRIDES * fast_length(math.ceil((length + 2 * margin) / _STRIDES))
