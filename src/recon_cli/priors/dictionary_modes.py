"""The modes of the learned patch model: which solver, how accurately, once or twice."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..engine.priors.dictionary.reweighting import minimise_twice
from ..engine.solvers.coordinate_descent import coordinate_descent
from ..engine.solvers.ipalm import ipalm
from ..engine.solvers.joint_admm import joint_admm
from ..errors import ReconError

if TYPE_CHECKING:
    from ..engine.priors.dictionary.problem import PatchProblem
    from ..engine.priors.dictionary.reweighting import Reweighting
    from ..engine.priors.dictionary.solution import PatchSolution
    from ..engine.result import Callback
    from ..models.tuned import Tuned
    from ..solver import Solver

_FIRST = (30, 3e-2)
"""Certified gap of the first of two minima over that of the second, and the most of it where that is less."""


def usual_tolerance(solver: Solver, tuned: Tuned | None) -> float:
    """Return the tolerance of a mode where the user gives none.

    It is a certified relative gap of 1e-3 (`full`), a relative change of J of 1e-8 (`full` by iPALM), or a
    relative change of image and codes (`early-stop`), tuned or 1e-4.

    Args:
        solver: the mode.
        tuned: the dictionary's parameters, where beta and lam are both theirs.
    """
    if solver.mode == "full":
        return 1e-3 if solver.algorithm == "admm" else 1e-8
    return (tuned and tuned.tol) or 1e-4


def minimise(
    problem: PatchProblem,
    solver: Solver,
    tolerance: float | None,
    callback: Callback | None = None,
    start: PatchSolution | None = None,
    reweighting: Reweighting | None = None,
) -> PatchSolution:
    """Minimise J as the mode says.

    Args:
        problem: the problem.
        solver: mode, algorithm and limits.
        tolerance: of the stop rule; None takes what is usual.
        callback: called with the solver's status.
        start: an earlier result to go on from; only joint ADMM does.
        reweighting: of the dictionary; the mode `full` then minimises twice.

    Raises:
        ReconError: when the result is not finite.
    """
    tolerance = tolerance or usual_tolerance(solver, None)
    if solver.mode != "full":
        result = _descend(problem, solver, tolerance, callback)
    elif reweighting is None:
        result = _minimise(problem, solver, 1, tolerance, start, callback)
    else:
        loose = tolerance
        if solver.algorithm == "admm":
            loose = max(tolerance, min(_FIRST[0] * tolerance, _FIRST[1]))
        result = minimise_twice(
            problem,
            reweighting.to(problem.start),
            # from a second minimum it would stop at once, and give weights of its own
            lambda plain, tell: _minimise(plain, solver, 0, loose, None, tell),
            lambda weighted, tell: _minimise(weighted, solver, 1, tolerance, start, tell),
            callback,
        )
    if not (math.isfinite(result.gap) and bool(result.image.isfinite().all())):
        raise ReconError("the result is not finite; take beta and lam that are less extreme")
    return result


def _minimise(
    problem: PatchProblem,
    solver: Solver,
    which: int,
    tolerance: float,
    start: PatchSolution | None,
    callback: Callback | None,
) -> PatchSolution:
    """Find the first (0) of two minima, or the last one (1)."""
    tolerance, most = solver.limits(tolerance, which)
    if solver.algorithm == "admm":
        return joint_admm(problem, tolerance=tolerance, max_iterations=most, start=start, callback=callback)
    return ipalm(problem, tolerance=tolerance, max_iterations=most, callback=callback)


def _descend(
    problem: PatchProblem, solver: Solver, tolerance: float, callback: Callback | None
) -> PatchSolution:
    return coordinate_descent(
        problem,
        steps=solver.steps if solver.mode == "unrolled" else None,
        tolerance=tolerance,
        max_iterations=solver.max_iterations,
        inner=solver.inner,
        callback=callback,
    )
