"""Smooth priors of the user: a convex function with a gradient is all that they state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..engine.priors.smooth import SmoothFunction, SmoothProblem
from ..engine.solvers.quasi_newton import quasi_newton, usual_tolerance
from .footprint import Footprint
from .prior import PreparedPrior, Prior, Used

if TYPE_CHECKING:
    from ..engine.measurement import Measurement, Task
    from ..engine.result import Callback, Solution
    from ..solver import Solver

_A_PIXEL = 500
"""Of images, moves and changes that the solver keeps, in bytes, with as much for the function itself."""


class Smooth(Prior, SmoothFunction):
    """`weight R(x)`: a subclass has `name`, `weight`, and R as `SmoothFunction` states it."""

    weight: float
    """Of R, positive."""

    def prepare(self, task: Task, sigma: float | None, solver: Solver) -> PreparedPrior:
        """See `Prior`; the weight is the same for all tasks and noise levels."""
        del task
        return _PreparedSmooth(self, sigma, solver)


@dataclass(frozen=True)
class _PreparedSmooth(PreparedPrior):
    prior: Smooth
    sigma: float | None
    solver: Solver

    @property
    def footprint(self) -> Footprint:  # type: ignore[override]
        return Footprint(self.prior.name, _A_PIXEL)

    @property
    def steepest(self) -> float:  # type: ignore[override]
        return self.prior.weight * self.prior.steepest

    @property
    def used(self) -> Used:  # type: ignore[override]
        return Used(
            self.prior.name,
            f"{self.prior.name} (smooth and convex, L-BFGS)",
            {"weight": self.prior.weight},
            sigma=self.sigma,
            tolerance=self.solver.tolerance,
        )

    def minimise(
        self, measurement: Measurement, callback: Callback | None = None, start: Solution | None = None
    ) -> Solution:
        tolerance, most = self.solver.limits(self.solver.tolerance or usual_tolerance(measurement))
        return quasi_newton(
            SmoothProblem(measurement, self.prior, self.prior.weight),
            tolerance=tolerance,
            max_iterations=most,
            start=None if start is None else start.image,
            callback=callback,
        )
