"""The modes of the learned patch model: which solver, how accurately, once or twice."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

from ..engine.priors.dictionary.reweighting import minimise_twice
from ..engine.solvers.coordinate_descent import coordinate_descent
from ..engine.solvers.ipalm import ipalm
from ..engine.solvers.joint_admm import joint_admm, settled_admm, short_admm
from ..errors import ReconError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor

    from ..engine.measurement import Task
    from ..engine.priors.dictionary.problem import PatchProblem
    from ..engine.priors.dictionary.reweighting import Reweighting
    from ..engine.priors.dictionary.solution import PatchSolution
    from ..engine.result import Callback
    from ..models.tuned import Tuned
    from ..solver import Solver


_SETTLED: Mapping[Task, tuple[float, float]] = {"denoise": (0.1, 0.015), "mri": (0.9, 0.15)}
"""Distance from the minimum, in grey levels, and the most of it for each grey level of noise: at low noise
the same distance would cost more of the PSNR. What k-space does not say is less certain than noise leaves it,
and its estimate is too large by far so early: there images are within 0.02 dB of where they are with 0.3."""


def usual_tolerance(
    solver: Solver, tuned: Tuned | None, sigma: float = math.inf, task: Task = "denoise"
) -> float:
    """Return the tolerance of a mode where the user gives none.

    It is 0.1 grey levels from the minimum, in MRI 0.9, at low noise less (`settled`), a certified relative
    gap of 1e-3 (`full`), a relative change of J of 1e-8 (`full` by iPALM), or of image and codes
    (`early-stop`), tuned or 1e-4.

    Args:
        solver: the mode.
        tuned: the dictionary's parameters, where beta and lam are both theirs.
        sigma: noise level, in 8-bit grey levels.
        task: whose strengths are taken.
    """
    if solver.mode == "settled":
        if solver.settled is not None:
            return solver.settled
        most, of_sigma = _SETTLED[task]
        return min(most, of_sigma * sigma)
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
    wanted: Callable[[Tensor], Tensor] = lambda image: image,
) -> PatchSolution:
    """Minimise J as the mode says.

    Args:
        problem: the problem.
        solver: mode, algorithm and limits.
        tolerance: of the stop rule; None takes what is usual.
        callback: called with the solver's status.
        start: an earlier result to go on from; only joint ADMM does.
        reweighting: of the dictionary; J is then minimised twice, but in coordinate descent.
        wanted: see `settled_admm`.

    Raises:
        ReconError: when the result is not finite.
    """
    tolerance = tolerance or usual_tolerance(solver, None)
    if not solver.is_minimum:
        result = _descend(problem, solver, tolerance, callback)
    elif reweighting is None:
        result = _minimise(problem, solver, tolerance, start, callback, wanted)
    else:
        result = minimise_twice(
            problem,
            reweighting.to(problem.start),
            short_admm,
            lambda weighted, first, tell: _minimise(
                weighted, solver, tolerance, start or first, tell, wanted, overwrite=start is None
            ),
            callback,
        )
    assert result.gap is not None
    if not (math.isfinite(result.gap) and bool(result.image.isfinite().all())):
        raise ReconError("the result is not finite; take beta and lam that are less extreme")
    return result


def _minimise(
    problem: PatchProblem,
    solver: Solver,
    tolerance: float,
    start: PatchSolution | None,
    callback: Callback | None,
    wanted: Callable[[Tensor], Tensor],
    overwrite: bool = False,
) -> PatchSolution:
    tolerance, most = solver.limits(tolerance)
    if solver.algorithm == "ipalm":
        return ipalm(problem, tolerance=tolerance, max_iterations=most, callback=callback)
    admm = partial(settled_admm, wanted=wanted) if solver.mode == "settled" else joint_admm
    return admm(
        problem,
        tolerance=tolerance,
        max_iterations=most,
        start=start,
        overwrite_start=overwrite,
        callback=callback,
    )


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
