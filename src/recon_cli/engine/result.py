"""What a solver reports on its way and what it returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from torch import Tensor


class Status(NamedTuple):
    """The state of a solver after an iteration; of most iterations only the number is known.

    Attributes:
        iteration: counted from 1.
        objective: J summed over the batch; None when not computed.
        gap: certified relative duality gap, the largest of the batch; None when not computed.
        change: the number that the solver's own stop rule looks at; None when it has none.
        image: the iterate, `(planes, height, width)`, for callbacks only: a history keeps none.
    """

    iteration: int
    objective: float | None = None
    gap: float | None = None
    change: float | None = None
    image: Tensor | None = None

    @property
    def is_evaluated(self) -> bool:
        """Whether more than the number of the iteration is known."""
        return any(value is not None for value in (self.objective, self.gap, self.change))


class StopRule(NamedTuple):
    """What a solver's iterations end by.

    Attributes:
        quantity: in words.
        tolerance: below which they end.
    """

    quantity: str
    tolerance: float


GAP = "certified gap"
SETTLED = "estimated distance from the minimum, in grey levels,"
"""Quantities of stop rules."""
Callback = Callable[[Status], None]


@dataclass(frozen=True)
class Solution:
    """A solver's answer.

    Attributes:
        image: `(planes, height, width)` on the grid of the measurement, see `domain`.
        iterations: how many were done.
        objective: what was minimised, summed over the batch; None where nothing was.
        gap: certified relative duality gap at the answer, the largest of the batch; None without one.
        converged: whether the stop rule was met within the allowed iterations.
        history: the status of each reported iteration.
        rule: of the solver; None where the number of iterations was fixed.
        distance: at most from the exact minimum, see `farthest`; None without a bound.
    """

    image: Tensor
    iterations: int
    objective: float | None
    gap: float | None
    converged: bool
    history: tuple[Status, ...]
    rule: StopRule | None = field(default=None, kw_only=True)
    distance: float | None = field(default=None, kw_only=True)
