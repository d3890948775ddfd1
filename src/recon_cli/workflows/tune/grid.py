"""Logarithmic grids over beta and lam that go on beyond their edges and between their values."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...errors import ReconError

FINEST = 1.1
"""Ratio of neighbours that a search ends with, at most."""
_LONGEST = 64
"""Points of a chain: as many are lost when a run is killed."""
_AROUND, _COUNT = 4.0, 5
"""Factor that a range reaches from its middle where the user names none, and its number of values."""

_A_LEVEL = 8
"""Points around the best one."""

Place = tuple[int, int]
"""Of a point: its indices along beta and lam, in steps of the finest grid."""


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
    """Beta and lam.

    Attributes:
        betas: values of beta.
        lams: values of lam.
    """

    betas: Axis
    lams: Axis

    @property
    def depth(self) -> int:
        """How often the grid is refined."""
        return max(self.betas.depth, self.lams.depth)

    def point(self, place: Place) -> tuple[float, float]:
        """Return beta and lam of a place."""
        return self.betas.value(place[0]), self.lams.value(place[1])

    @property
    def expected(self) -> int:
        """About how many points a search takes."""
        return self.betas.count * self.lams.count + _A_LEVEL * self.depth

    def neighbours(self, place: Place, level: int) -> set[Place]:
        """Return a place and those around it after so many halvings."""
        (i, j), step, other = place, self.betas.stride(level), self.lams.stride(level)
        return {(i + a, j + b) for a in (-step, 0, step) for b in (-other, 0, other)}

    def ridge(self, place: Place) -> set[Place]:
        """Return places of the same beta * lam, along which quality changes least, at all distances."""
        if not self.betas.step or not self.lams.step:
            return set()
        strides = {self.betas.stride(level) for level in range(self.depth + 1)}
        return {
            (place[0] + turn * stride, place[1] - turn * round(stride * self.betas.step / self.lams.step))
            for stride in strides
            for turn in (-1, 1)
        }


def rows(places: set[Place]) -> list[list[Place]]:
    """Order places in chains along falling lam, one beta each, of at most 64."""
    chains: list[list[Place]] = []
    for beta in sorted({place[0] for place in places}):
        row = sorted((place for place in places if place[0] == beta), reverse=True)
        chains += _cut(row)
    return chains


def serpentine(places: set[Place]) -> list[list[Place]]:
    """Order near places along falling lam, then back at the next beta, in chains of at most 64."""
    chain: list[Place] = []
    for turn, beta in enumerate(sorted({place[0] for place in places})):
        chain += sorted((place for place in places if place[0] == beta), reverse=turn % 2 == 0)
    return _cut(chain)


def _cut(chain: list[Place]) -> list[list[Place]]:
    return [chain[k : k + _LONGEST] for k in range(0, len(chain), _LONGEST)]
