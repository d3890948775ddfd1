"""Parameters that suit a mode, and how they go with the noise level."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

from ..files.parsed import number

_BELOW, _ABOVE = 4.0, 2.0
"""How far outside its levels a table is continued, as factors of sigma."""


class Positive:
    """Positive parameters that can be interpolated in their logarithms, the fields of a dataclass."""

    def as_json(self) -> dict[str, float]:
        """Return the values that are set, by name."""
        return {name: value for name, value in vars(self).items() if value is not None}

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Self:
        """Take the values back.

        Raises:
            ValueError: when a value is not positive and finite; KeyError and TypeError likewise.
        """
        return cls(**{name: number(value, name, above=0) for name, value in fields.items()})


@dataclass(frozen=True)
class Tuned(Positive):
    """Parameters that suit a mode.

    Attributes:
        beta: weight of the patch term.
        lam: soft-threshold level.
        tol: of the mode's stop rule; None where its default serves.
    """

    beta: float
    lam: float
    tol: float | None = None


P = TypeVar("P", bound=Positive)


@dataclass(frozen=True)
class Level(Generic[P]):
    """Parameters at a noise level.

    Attributes:
        sigma: noise level, of 255.
        tuned: what suits it.
        psnr: mean over the images that it was found on, in dB; compares dictionaries.
    """

    sigma: float
    tuned: P
    psnr: float

    def as_json(self) -> dict[str, float]:
        """Return all values, by name."""
        return {"sigma": self.sigma, "psnr": self.psnr} | self.tuned.as_json()

    @staticmethod
    def from_json(fields: dict[str, Any], kind: type[P]) -> Level[P]:
        """Take the values back.

        Args:
            fields: of `as_json`.
            kind: of the parameters.

        Raises:
            ValueError: when a value is not positive and finite; KeyError and TypeError likewise.
        """
        rest = {name: value for name, value in fields.items() if name not in ("sigma", "psnr")}
        sigma, psnr = number(fields["sigma"], "sigma", above=0), number(fields["psnr"], "psnr")
        return Level(sigma, kind.from_json(rest), psnr)


def levels_of(rows: list[dict[str, Any]], kind: type[P]) -> tuple[Level[P], ...]:
    """Take noise levels back, see `Level.from_json`.

    Raises:
        ValueError: when they do not rise, or do not hold the same parameters.
    """
    levels = tuple(Level.from_json(row, kind) for row in rows)
    for low, high in itertools.pairwise(levels):
        if low.sigma >= high.sigma or low.tuned.as_json().keys() != high.tuned.as_json().keys():
            raise ValueError("the noise levels do not rise, or differ in what they hold")
    return levels


def neighbours(knots: Sequence[float], sigma: float) -> tuple[int, float]:
    """Return where a noise level lies between others, linearly in its logarithm.

    Args:
        knots: rising noise levels, at least two.
        sigma: noise level.

    Returns:
        The index of the lower neighbour, and the share of the upper one; beyond the ends the share of the
        nearest two, below 0 or above 1.
    """
    above = next((i for i, knot in enumerate(knots) if knot >= sigma), len(knots) - 1)
    low = max(above, 1) - 1
    return low, math.log(sigma / knots[low]) / math.log(knots[low + 1] / knots[low])


def highest(levels: Sequence[Level[P]]) -> float:
    """Return the highest noise level that `at_level` knows, 0 with fewer than two levels."""
    return levels[-1].sigma * _ABOVE if len(levels) > 1 else 0.0


def at_level(levels: Sequence[Level[P]], sigma: float) -> Level[P] | None:
    """Interpolate between noise levels, linearly in the logarithms; PSNR linearly in log sigma.

    Args:
        levels: rising in sigma, each with the same parameters.
        sigma: noise level, of 255.

    Returns:
        The parameters at sigma; None with fewer than two levels, or where sigma is more than a factor of
        4 below the first or of 2 above the last one.
    """
    if len(levels) < 2 or not levels[0].sigma / _BELOW <= sigma <= highest(levels):
        return None
    place, share = neighbours([level.sigma for level in levels], sigma)
    low, high = levels[place], levels[place + 1]

    def between(first: float, second: float) -> float:
        return math.exp((1 - share) * math.log(first) + share * math.log(second))

    ends = zip(low.tuned.as_json().items(), high.tuned.as_json().values(), strict=True)
    tuned = low.tuned.from_json({name: between(first, second) for (name, first), second in ends})
    return Level(sigma, tuned, (1 - share) * low.psnr + share * high.psnr)
