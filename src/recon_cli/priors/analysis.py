"""Analysis priors of the user: a norm of linear features is all that they state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..engine.priors.analysis import AnalysisFunction, AnalysisProblem
from ..engine.solvers.primal_dual import primal_dual
from .footprint import Footprint
from .prior import PreparedPrior, Prior, Used
from .total_variation import TOLERANCE

if TYPE_CHECKING:
    from ..engine.measurement import Measurement, Task
    from ..engine.result import Callback, Solution
    from ..solver import Solver

_A_PIXEL = 400
"""Of images and fields that the solver keeps, in bytes, for some features a pixel."""


class Analysis(Prior, AnalysisFunction):
    """`weight R(x)`: a subclass has `name`, `weight`, and R as `AnalysisFunction` states it."""

    weight: float
    """Of R, positive."""

    def prepare(self, task: Task, sigma: float | None, solver: Solver) -> PreparedPrior:
        """See `Prior`; the weight is the same for all tasks and noise levels."""
        del task
        return _PreparedAnalysis(self, sigma, solver)


@dataclass(frozen=True)
class _PreparedAnalysis(PreparedPrior):
    prior: Analysis
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
            f"{self.prior.name} (a norm of linear features, primal-dual)",
            {"weight": self.prior.weight},
            sigma=self.sigma,
            tolerance=self.solver.tolerance or TOLERANCE,
        )

    def minimise(
        self, measurement: Measurement, callback: Callback | None = None, start: Solution | None = None
    ) -> Solution:
        tolerance, most = self.solver.limits(self.solver.tolerance or TOLERANCE)
        return primal_dual(
            AnalysisProblem(measurement, self.prior, self.prior.weight),
            tolerance=tolerance,
            max_iterations=most,
            start=None if start is None else start.image,
            callback=callback,
        )
