"""The default solver of the full problem: ADMM that updates image and codes jointly."""

from __future__ import annotations

import torch

from ..certificate import RelativeGap
from ..priors.dictionary.dual_sums import DualSums
from ..priors.dictionary.problem import PatchProblem, objective
from ..priors.dictionary.solution import PatchSolution
from ..result import GAP, Callback, Status, StopRule
from .joint_iteration import JointIteration


def joint_admm(
    problem: PatchProblem,
    *,
    tolerance: float = 1e-3,
    max_iterations: int = 2000,
    check_every: int = 5,
    start: PatchSolution | None = None,
    callback: Callback | None = None,
) -> PatchSolution:
    """Minimise J until the certified relative duality gap is small.

    Args:
        problem: the problem.
        tolerance: stops when the relative gap of every image is at most this.
        max_iterations: stops after so many.
        check_every: iterations between two evaluations of J and its bound.
        start: this solver's result for a problem of the same shape, with any beta and lam, to go on from.
        callback: called with the status at each evaluation.

    Returns:
        The image in the box, the codes and the certified gap. Not converged when the gap is still
        above the tolerance.

    Raises:
        ValueError: when `max_iterations` is less than 1, or the start belongs to another solver.
    """
    if max_iterations < 1:
        raise ValueError(f"at least 1 iteration is needed, not {max_iterations}")
    solver = JointIteration.of(problem)
    if start is not None:
        if start.box_dual is None or start.codes.threshold is None:
            raise ValueError("the start is no result of joint ADMM")
        image = start.image if start.framed is None else start.framed
        solver.go_on_from(image, start.box_dual, start.codes)
    history: list[Status] = []
    best = problem.start.new_full((problem.measurement.data.shape[0],), -torch.inf, dtype=torch.float64)
    relative_gap = RelativeGap(problem.measurement)
    total = objective(problem, solver.box, solver.patches.codes).total
    gap, iteration = relative_gap(total, best), 0  # already small for a constant image
    while gap > tolerance and iteration < max_iterations:
        iteration += 1
        check = iteration % check_every == 0 or iteration == max_iterations
        sums = DualSums(problem) if check else None
        solver.advance(sums)
        if sums is None:
            continue
        total = objective(problem, solver.box, solver.patches.codes).total
        best = torch.maximum(best, sums.bound(solver.box))
        gap = relative_gap(total, best)
        history.append(Status(iteration, float(total.sum()), gap))
        if callback:
            callback(history[-1]._replace(image=solver.box))
    return PatchSolution(
        solver.box,
        iteration,
        float(total.sum()),
        gap,
        gap <= tolerance,
        tuple(history),
        solver.patches.codes,
        solver.box_dual,
        rule=StopRule(GAP, tolerance),
    )
