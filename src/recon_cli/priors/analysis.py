"""Priors that are a norm of linear features; of the user, that is all that they state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..engine.priors.analysis import AnalysisFunction, AnalysisProblem
from ..engine.solvers.primal_dual import primal_dual
from .weighted import Weighted

if TYPE_CHECKING:
    from ..engine.measurement import Measurement
    from ..engine.result import Callback, Solution
    from ..solver import Solver

TOLERANCE = 1e-3
"""Certified gap at which the iterations end where none is given."""
_NEAR = 0.5
"""Grey levels from the minimum that suffice: what comes after takes thousands of steps for 0.02 dB."""


class Analysis(Weighted, AnalysisFunction):
    """`weight R(x)`: a subclass has `name`, `weight`, and R as `AnalysisFunction` states it."""

    how = "a norm of linear features, primal-dual"
    a_pixel = 400  # for some features a pixel
    usual_tolerance = TOLERANCE

    def minimise(
        self, measurement: Measurement, solver: Solver, callback: Callback | None, start: Solution | None
    ) -> Solution:
        """See `Weighted`."""
        return minimum_of(AnalysisProblem(measurement, self, self.weight), solver, callback, start)


def minimum_of(
    problem: AnalysisProblem, solver: Solver, callback: Callback | None, start: Solution | None
) -> Solution:
    """Return the minimum of an analysis problem.

    Args:
        problem: the problem.
        solver: tolerance and limits.
        callback: called with the solver's status.
        start: the solution of another weight to go on from.
    """
    tolerance, most = solver.limits(solver.tolerance or TOLERANCE)
    return primal_dual(
        problem,
        tolerance=tolerance,
        settled=None if solver.count else settled_of(solver),
        max_iterations=most,
        start=None if start is None else start.image,
        callback=callback,
    )


def settled_of(solver: Solver) -> float | None:
    """Return how near to the minimum the image has to come, in grey levels; None where the gap decides it."""
    if solver.tolerance is not None or solver.settled is None:
        return None
    return max(solver.settled, _NEAR)
