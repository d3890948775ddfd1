"""Logarithmic grids over the strengths of a prior that go on beyond their edges and between their values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from ...errors import ReconError

FINEST = 1.1
"""Ratio of neighbours that a search ends with, at most."""
_LONGEST = 64
"""Points of a chain: as many are lost when a run is killed."""
_AROUND, _COUNT = 4.0, 5
"""Factor that a range reaches from its middle where the user names none, and its number of values."""
Place = tuple[int, ...]
"""Of a point: its index along each axis, in steps of the finest grid."""


@dataclass(frozen=True)
class Axis:
    """Values at equal ratios; halving the ratio's logarithm `depth` times gives the finest grid.

    Attributes:
        low: the first value.
        high: the last value, not below the first.
        count: how many there are; 1 for a value that is not searched for.
    """

    low: float
    high: float
    count: int

    @property
    def depth(self) -> int:
        """How often the ratio is halved until it is fine enough."""
        if self.count == 1:
            return 0
        coarse = math.log(self.high / self.low) / (self.count - 1)
        return max(0, math.ceil(math.log2(coarse / math.log(FINEST)) - 1e-9))

    def stride(self, level: int) -> int:
        """Return the distance of neighbours after so many halvings, 0 for a fixed value."""
        return 2 ** max(0, self.depth - level) if self.count > 1 else 0

    @property
    def step(self) -> float:
        """Logarithm of the ratio of neighbours in the finest grid, 0 for a fixed value."""
        return math.log(self.high / self.low) / (2**self.depth * (self.count - 1)) if self.count > 1 else 0.0

    def coarse(self) -> list[int]:
        """Return the indices of the values before any refinement."""
        return [index * 2**self.depth for index in range(self.count)]

    def is_edge(self, index: int) -> bool:
        """Return whether an index is that of the first or last value, or lies beyond."""
        return self.count > 1 and not 0 < index < 2**self.depth * (self.count - 1)

    def value(self, index: int) -> float:
        """Return the value at an index, which may lie outside, with six digits."""
        if self.count == 1:
            return self.low
        share = index / (2**self.depth * (self.count - 1))
        return float(f"{self.low * (self.high / self.low) ** share:.6g}")


def parse_axis(text: str, option: str) -> Axis:
    """Read `lo:hi:n`, or a single value that is not searched for.

    Args:
        text: what the user gave.
        option: its name, for the error.

    Raises:
        ReconError: when it is not of this form, a value is not positive, `lo` is not below `hi`, or `n` is
            less than 2.
    """
    parts = text.split(":")
    try:
        values = [float(part) for part in parts[:2]]
        count = int(parts[2]) if len(parts) == 3 else 1
    except ValueError:
        values = []
    if not values or len(parts) not in (1, 3):
        raise ReconError(f"{option} has to be lo:hi:n, as 0.1:1:5, or one value, and is {text or 'empty'}", 2)
    if not all(0 < value < math.inf for value in values):
        raise ReconError(f"{option} has to hold positive numbers, and is {text}", 2)
    low, high = values[0], values[-1]
    if len(parts) == 3 and count < 1:
        raise ReconError(f"{option} has to hold at least one value, and n is {count}", 2)
    if low > high:
        raise ReconError(f"{option} goes from {low:g} down to {high:g}; give the lower value first", 2)
    if (low == high) != (count == 1):
        raise ReconError(f"{option} {text}: take several values of a range, or give one value alone", 2)
    return Axis(low, high, count)


def around(value: float) -> Axis:
    """Return the range that is searched where the user names none."""
    return Axis(value / _AROUND, value * _AROUND, _COUNT)


@dataclass(frozen=True)
class Grid:
    """Values of one strength, or of two.

    Attributes:
        axes: by the names of the strengths.
    """

    axes: Mapping[str, Axis]

    @property
    def depth(self) -> int:
        """How often the grid is refined."""
        return max(axis.depth for axis in self.axes.values())

    def point(self, place: Place) -> dict[str, float]:
        """Return the strengths of a place."""
        pairs = zip(self.axes.items(), place, strict=True)
        return {name: axis.value(index) for (name, axis), index in pairs}

    def coarse(self, every: int = 1) -> set[Place]:
        """Return the places before any refinement, along each axis every so many."""
        return set(product(*(axis.coarse()[::every] for axis in self.axes.values())))

    @property
    def expected(self) -> int:
        """About how many points a search takes."""
        around_one = 3 ** len(self.axes) - 1
        return math.prod(axis.count for axis in self.axes.values()) + around_one * self.depth

    def neighbours(self, place: Place, level: int) -> set[Place]:
        """Return a place and those around it after so many halvings."""
        strides = [axis.stride(level) for axis in self.axes.values()]
        moves = (
            (index - stride, index, index + stride) for index, stride in zip(place, strides, strict=True)
        )
        return set(product(*moves))

    def ridge(self, place: Place) -> set[Place]:
        """Return places of the same product of two strengths, at all distances.

        Along these quality changes least. There are none where one strength alone is searched for.
        """
        steps = [axis.step for axis in self.axes.values()]
        if len(steps) != 2 or not all(steps):
            return set()
        first = next(iter(self.axes.values()))
        strides = {first.stride(level) for level in range(self.depth + 1)}
        return {
            (place[0] + turn * stride, place[1] - turn * round(stride * steps[0] / steps[1]))
            for stride in strides
            for turn in (-1, 1)
        }


def rows(places: set[Place]) -> list[list[Place]]:
    """Order places in chains of at most 64 along the last strength, falling, for each value of the other."""
    chains: list[list[Place]] = []
    for other in sorted({place[:-1] for place in places}):
        row = sorted((place for place in places if place[:-1] == other), reverse=True)
        chains += _cut(row)
    return chains


def serpentine(places: set[Place]) -> list[list[Place]]:
    """Order near places along the last strength, falling, then back at the next value of the other one.

    The chains have at most 64 places.
    """
    chain: list[Place] = []
    for turn, other in enumerate(sorted({place[:-1] for place in places})):
        chain += sorted((place for place in places if place[:-1] == other), reverse=turn % 2 == 0)
    return _cut(chain)


def _cut(chain: list[Place]) -> list[list[Place]]:
    return [chain[k : k + _LONGEST] for k in range(0, len(chain), _LONGEST)]
