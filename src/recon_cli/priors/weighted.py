"""Priors of the user whose one strength, their weight, is the same for all tasks and noise levels."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from .footprint import Footprint
from .prior import PreparedPrior, Prior, Used

if TYPE_CHECKING:
    from ..engine.measurement import Measurement, Task
    from ..engine.result import Callback, Solution
    from ..solver import Solver


class Weighted(Prior):
    """`weight R(x)`: what the kinds of priors share that users state, see `Smooth` and `Analysis`."""

    weight: float
    """Of R, positive."""
    how: ClassVar[str]
    """The kind of R and its solver, for reports."""
    a_pixel: ClassVar[int]
    """Bytes that solver and R take for a pixel."""
    usual_tolerance: ClassVar[float | None] = None
    """Of the stop rule; None where the solver chooses it."""
    steepest: float
    """See `PreparedPrior`, of R."""

    def prepare(self, task: Task, sigma: float | None, solver: Solver, weight: float = 1.0) -> PreparedPrior:
        """See `Prior`; the weight of R is the user's."""
        del task, weight
        return _PreparedWeighted(self, sigma, solver)

    @abstractmethod
    def minimise(
        self, measurement: Measurement, solver: Solver, callback: Callback | None, start: Solution | None
    ) -> Solution:
        """Minimise J, see `PreparedPrior`."""


@dataclass(frozen=True)
class _PreparedWeighted(PreparedPrior):
    prior: Weighted
    sigma: float | None
    solver: Solver

    @property
    def footprint(self) -> Footprint:  # type: ignore[override]
        return Footprint(self.prior.name, self.prior.a_pixel)

    @property
    def steepest(self) -> float:  # type: ignore[override]
        return self.prior.weight * self.prior.steepest

    @property
    def used(self) -> Used:  # type: ignore[override]
        return Used(
            self.prior.name,
            f"{self.prior.name} ({self.prior.how})",
            {"weight": self.prior.weight},
            sigma=self.sigma,
            tolerance=self.solver.tolerance or self.prior.usual_tolerance,
        )

    def minimise(
        self, measurement: Measurement, callback: Callback | None = None, start: Solution | None = None
    ) -> Solution:
        return self.prior.minimise(measurement, self.solver, callback, start)
