"""Smooth priors of the user: a convex function with a gradient is all that they state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..engine.priors.smooth import SmoothFunction, SmoothProblem
from ..engine.solvers.quasi_newton import quasi_newton, usual_tolerance
from .weighted import Weighted

if TYPE_CHECKING:
    from ..engine.measurement import Measurement
    from ..engine.result import Callback, Solution
    from ..solver import Solver


class Smooth(Weighted, SmoothFunction):
    """`weight R(x)`: a subclass has `name`, `weight`, and R as `SmoothFunction` states it."""

    how = "smooth and convex, L-BFGS"
    a_pixel = 500  # of images, moves and changes, with as much for the function itself

    def minimise(
        self, measurement: Measurement, solver: Solver, callback: Callback | None, start: Solution | None
    ) -> Solution:
        """See `Weighted`."""
        return minimum_of(SmoothProblem(measurement, self, self.weight), solver, callback, start)


def minimum_of(
    problem: SmoothProblem, solver: Solver, callback: Callback | None, start: Solution | None
) -> Solution:
    """Return the minimum of a smooth problem.

    Args:
        problem: the problem.
        solver: tolerance and limits.
        callback: called with the solver's status.
        start: the solution of other strengths to go on from.
    """
    tolerance, most = solver.limits(solver.tolerance or usual_tolerance(problem.measurement))
    return quasi_newton(
        problem,
        tolerance=tolerance,
        max_iterations=most,
        start=None if start is None else start.image,
        callback=callback,
    )
