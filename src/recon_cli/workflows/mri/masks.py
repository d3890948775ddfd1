"""Masks that undersample k-space: which samples of a Cartesian grid are taken."""

from __future__ import annotations

import math
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError

Pattern = Literal["radial", "cartesian", "random"]
Mask = NDArray[np.bool_]

_CENTRE = 0.32
"""Share of the columns of a Cartesian mask that lie together in the centre, as in fastMRI."""
_SQUARE = 0.08
"""Side of the square in the centre of a random mask that is complete, relative to k-space."""
_DENSITY = 4
"""Power of the fall of a random mask's density with the distance from the centre."""


def as_pattern(name: str) -> Pattern | None:
    """Return the pattern of this name, or None where it has to be a file."""
    return name if name in get_args(Pattern) else None  # type: ignore[return-value]


def generate_mask(
    pattern: Pattern, height: int, width: int, ratio: float, seed: int = 0, centred: bool = True
) -> Mask:
    """Return a mask of a pattern around the low frequencies.

    `radial`: lines through the centre at equal angles, rounded to the grid. `cartesian`: whole columns,
    a dense centre and the others at random. `random`: single samples, dense towards a complete centre.

    Args:
        pattern: which of the three.
        height: of k-space.
        width: of k-space.
        ratio: share of the samples that are taken, in (0, 1].
        seed: of the patterns with chance.
        centred: whether low frequencies are in the centre, `(height // 2, width // 2)`, or at `(0, 0)`.

    Returns:
        `(height, width)`; its share is the nearest to the ratio that the pattern allows.

    Raises:
        ReconError: when the ratio is out of range.
    """
    if not 0 < ratio <= 1:
        raise ReconError(f"--ratio has to be above 0 and at most 1, and is {ratio:g}", 2)
    rng = np.random.default_rng(seed)
    if pattern == "radial":
        mask = _radial(height, width, ratio)
    else:
        mask = (_cartesian if pattern == "cartesian" else _random)(height, width, ratio, rng)
    return mask if centred else np.fft.ifftshift(mask)


def _radial(height: int, width: int, ratio: float) -> Mask:
    """Take the smallest number of lines that reaches the ratio, or one less if that comes nearer."""
    low, high = 0, 4 * (height + width)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _lines(height, width, middle).mean() >= ratio else (middle, high)
    candidates = [_lines(height, width, count) for count in (low, high) if count]
    return min(candidates, key=lambda mask: abs(float(mask.mean()) - ratio))


def _lines(height: int, width: int, count: int) -> Mask:
    angles = np.pi * np.arange(count)[:, None] / count
    reach = np.arange(-max(height, width), max(height, width) + 0.25, 0.5) / max(height, width)
    # the offset is rounded, not the place, so that both halves of a line are rounded alike
    rows = height // 2 + np.rint(reach * np.sin(angles) * height).astype(int)
    cols = width // 2 + np.rint(reach * np.cos(angles) * width).astype(int)
    inside = (rows >= 0) & (rows < height) & (cols >= 0) & (cols < width)
    mask = np.zeros((height, width), bool)
    mask[rows[inside], cols[inside]] = True
    return mask


def _cartesian(height: int, width: int, ratio: float, rng: np.random.Generator) -> Mask:
    count = max(1, round(ratio * width))
    dense = max(1, round(_CENTRE * count))
    first = width // 2 - dense // 2
    columns = np.zeros(width, bool)
    columns[first : first + dense] = True
    others = np.flatnonzero(~columns)
    columns[rng.choice(others, count - dense, replace=False)] = True
    return np.broadcast_to(columns, (height, width)).copy()


def _random(height: int, width: int, ratio: float, rng: np.random.Generator) -> Mask:
    """Draw without replacement, each sample with a weight (Efraimidis and Spirakis, 2006)."""
    count = max(1, round(ratio * height * width))
    rows = (np.arange(height) - height // 2) / max(height, 2)
    cols = (np.arange(width) - width // 2) / max(width, 2)
    distance = np.hypot(rows[:, None], cols) / math.sqrt(0.5)
    weight = np.maximum(1 - distance, 1e-3) ** _DENSITY
    key = np.log(rng.random((height, width))) / weight
    complete = [np.abs(np.arange(n) - n // 2) <= _SQUARE / 2 * n for n in (height, width)]
    key[np.ix_(*complete)] = 0
    key[height // 2, width // 2] = 1  # taken first, where the square has more samples than are wanted
    mask = np.zeros(height * width, bool)
    mask[np.argpartition(-key.ravel(), count - 1)[:count]] = True
    return mask.reshape(height, width)
