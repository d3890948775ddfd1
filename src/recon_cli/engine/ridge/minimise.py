"""The minimum of a ridge problem by accelerated gradient descent."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ..certificate import relative_gap
from ..linear import Identity
from ..result import Callback, Solution, Status
from .problem import RidgeProblem

GAP, CHANGE = 1e-4, 1e-5
"""Usual tolerances: in denoising of the certified gap, else of the relative change in an iteration."""
_CHECK = 5
"""Iterations between two looks at J and its certificate, which cost a gradient."""


def minimise(
    problem: RidgeProblem,
    *,
    tolerance: float | None = None,
    max_iterations: int = 10_000,
    start: Tensor | None = None,
    callback: Callback | None = None,
) -> Solution:
    """Minimise J by FISTA with step 1 / Lipschitz constant, restarted where the momentum points uphill.

    Beck and Teboulle, "A fast iterative shrinkage-thresholding algorithm", 2009; O'Donoghue and Candes,
    "Adaptive restart for accelerated gradient schemes", 2015.

    Args:
        problem: the problem.
        tolerance: in denoising of the certified relative gap, else of the relative change of the image in an
            iteration; what is usual when left out.
        max_iterations: stops after so many.
        start: image to begin with, `(planes, height, width)`; the operator's when left out.
        callback: called with the status at each check, every 5 iterations.

    Returns:
        The last iterate.

    Raises:
        ValueError: when `max_iterations` is less than 1.
    """
    if max_iterations < 1:
        raise ValueError(f"at least 1 iteration is needed, not {max_iterations}")
    certified = isinstance(problem.operator, Identity)
    tolerance = tolerance or (GAP if certified else CHANGE)
    step, domain = 1 / problem.lipschitz, problem.domain
    x = z = domain.project(problem.operator.start(problem.data) if start is None else start)
    momentum = torch.ones_like(problem.per_image(x[:, 0, 0]), dtype=torch.float64)
    history: list[Status] = []
    converged = False
    for iteration in range(1, max_iterations + 1):
        before, x = x, domain.project(z - step * problem.gradient(z))
        move = x - before
        uphill = problem.per_image(((z - x) * move).sum((1, 2))) > 0
        momentum = torch.where(uphill, 1.0, momentum)
        following = 0.5 * (1 + (1 + 4 * momentum.square()).sqrt())
        weight = ((momentum - 1) / following).to(x).repeat_interleave(problem.operator.parts)
        z, momentum = x + weight[:, None, None] * move, following
        if iteration % _CHECK and iteration < max_iterations:
            continue
        value, gradient = problem.terms(x)
        gap = relative_gap(problem, value, problem.bound(x, value, gradient))
        change = None if certified else _change(problem, move, x)
        history.append(Status(iteration, float(value.sum()), gap, change))
        if callback:
            callback(history[-1]._replace(image=x))
        converged = (gap if change is None else change) <= tolerance
        if converged:
            break
    return Solution(x, iteration, history[-1].objective, gap, converged, tuple(history))


def _change(problem: RidgeProblem, move: Tensor, x: Tensor) -> float:
    """Return the largest change of an image, relative to its norm."""
    moved, size = (problem.per_image(t.square().sum((1, 2))) for t in (move, x))
    return math.sqrt(float((moved / size.clamp_min(1e-30)).max()))
