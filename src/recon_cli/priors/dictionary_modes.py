"""The modes of the learned patch model: which solver, how accurately, once or twice."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ..engine.priors.dictionary.reweighting import weights_after
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


_SETTLED: Mapping[Task, tuple[float, float, float]] = {"denoise": (0.1, 0.015, 1.0), "mri": (0.6, 0.15, 0.5)}
"""Distance from the minimum in grey levels, at most, and a factor and power of the noise level: at low noise
the same distance would cost more of the PSNR. What k-space does not say is far less certain than noise leaves
it: there images are within 0.05 dB of where they are with a third of it, but for those of more than 50 dB."""


def usual_tolerance(
    solver: Solver, tuned: Tuned | None, sigma: float = math.inf, task: Task = "denoise"
) -> float:
    """Return the tolerance of a mode where the user gives none.

    It is 0.1 grey levels from the minimum, in MRI 0.6, at low noise less (`settled`), a certified relative
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
        most, factor, power = _SETTLED[task]
        return min(most, factor * sigma**power)
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
        callback: called with the solver's status, the iterations of two minima counted together.
        start: an earlier result to go on from; only joint ADMM does.
        reweighting: of the dictionary; J is then minimised roughly, its penalties are weighted by the codes
            found, and it is minimised again, but in coordinate descent.
        wanted: see `settled_admm`.

    Returns:
        The last result, its gap that of the problem with weights, its iterations those of both.

    Raises:
        ReconError: when the result is not finite.
    """
    tolerance = tolerance or usual_tolerance(solver, None)
    before, tell = 0, callback
    going_on: dict[str, Any] = {"start": start}
    if reweighting is not None and solver.is_minimum:
        rule = reweighting.to(problem.start)
        first = short_admm(problem, rule.iterations, callback)
        weights = weights_after(problem, rule, first)
        problem = replace(problem, weights=weights)
        going_on["start"] = start or replace(first, codes=first.codes.reweighted(weights))
        going_on["overwrite_start"] = start is None
        before, tell = rule.iterations, callback and _counted_on(callback, rule.iterations)
    algorithm = _algorithm(solver, tolerance, tell, wanted, going_on)
    result = algorithm(problem)
    assert result.gap is not None
    if not (math.isfinite(result.gap) and bool(result.image.isfinite().all())):
        raise ReconError("the result is not finite; take beta and lam that are less extreme")
    return replace(result, iterations=before + result.iterations, first_iterations=before)


def _algorithm(
    solver: Solver,
    tolerance: float,
    callback: Callback | None,
    wanted: Callable[[Tensor], Tensor],
    going_on: Mapping[str, Any],
) -> Callable[[PatchProblem], PatchSolution]:
    """Return what minimises a problem; what it goes on from is for joint ADMM."""
    if not solver.is_minimum:
        steps = solver.steps if solver.mode == "unrolled" else None
        most, inner = solver.max_iterations, solver.inner
        return partial(
            coordinate_descent,
            steps=steps,
            tolerance=tolerance,
            max_iterations=most,
            inner=inner,
            callback=callback,
        )
    tolerance, most = solver.limits(tolerance)
    limits: dict[str, Any] = {"tolerance": tolerance, "max_iterations": most, "callback": callback}
    if solver.algorithm == "ipalm":
        return partial(ipalm, **limits)
    if solver.mode == "settled":
        return partial(settled_admm, wanted=wanted, traced=solver.traced, **limits, **going_on)
    return partial(joint_admm, **limits, **going_on)


def _counted_on(callback: Callback, before: int) -> Callback:
    """Return a callback that counts the iterations of a first minimum, too."""
    return lambda status: callback(status._replace(iteration=before + status.iteration))
