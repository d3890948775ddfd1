"""Inertial proximal alternating linearised minimisation, equations (13)-(16)."""

from __future__ import annotations

import math

import torch

from ..certificate import RelativeGap
from ..priors.dictionary.codes import Codes
from ..priors.dictionary.dual_sums import certify
from ..priors.dictionary.problem import PatchProblem, objective
from ..priors.dictionary.shrinkage import shrink
from ..priors.dictionary.solution import PatchSolution
from ..result import Callback, Status, StopRule


def ipalm(
    problem: PatchProblem,
    *,
    tolerance: float = 1e-8,
    max_iterations: int = 10_000,
    callback: Callback | None = None,
) -> PatchSolution:
    """Minimise J by inertial gradient steps on the codes and the image, as in the paper.

    Args:
        problem: the problem.
        tolerance: stops when J changes by less than this, relative, in an iteration.
        max_iterations: stops after so many.
        callback: called with the status after each iteration.

    Returns:
        The last iterate. The rule stops short of the minimum; the gap says by how much at most.

    Raises:
        ValueError: when `max_iterations` is less than 1.
    """
    if max_iterations < 1:
        raise ValueError(f"at least 1 iteration is needed, not {max_iterations}")
    dictionary, grid = problem.dictionary, problem.grid
    gram = dictionary.T @ dictionary
    step_a = 1.01
    step_x = 1.01 * (problem.beta * dictionary.shape[0] + problem.measurement.norm**2)
    backprojection = problem.measurement.adjoint(problem.measurement.data)
    fixed = problem.spread_means()
    x = x_prev = problem.start
    a = x.new_zeros(dictionary.shape[1], grid.columns)
    a_prev = a.clone()
    codes = Codes(a, None, problem.weights)
    history: list[Status] = []
    last = math.inf
    converged = False
    for iteration in range(1, max_iterations + 1):
        inertia = (iteration - 1) / (iteration + 2)
        folded = torch.zeros_like(x)
        for block in problem.blocks():
            now, old = a[:, block.columns], a_prev[:, block.columns]
            b = now + inertia * (now - old)
            gradient = torch.addmm(gram @ b, dictionary.T, problem.centred(x, block), alpha=-1)
            old.copy_(now)
            now.copy_(shrink(b - gradient / step_a, problem.levels(block) / step_a))
            grid.fold(dictionary @ now, folded, block)
        z = x + inertia * (x - x_prev)
        gradient = problem.measurement.normal(z) - backprojection
        gradient = gradient + problem.beta * (problem.gram(z) - folded - fixed)
        x, x_prev = problem.measurement.domain.project(z - gradient / step_x), x
        total = objective(problem, x, codes).total
        value = float(total.sum())
        change = abs(last - value) / max(value, 1e-30) if history else None
        last = value
        history.append(Status(iteration, value, None, change))
        if callback:
            callback(history[-1]._replace(image=x))
        if change is not None and change <= tolerance:
            converged = True
            break
    gap = RelativeGap(problem.measurement)(total, certify(problem, x, codes))
    rule = StopRule("relative change of J", tolerance)
    return PatchSolution(x, iteration, value, gap, converged, tuple(history), codes, rule=rule)
