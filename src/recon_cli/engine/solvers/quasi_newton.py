"""The minimum of a problem with a smooth prior by a projected quasi-Newton method."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ..certificate import RelativeGap, farthest
from ..measurement import Measurement
from ..priors.smooth import Point, SmoothProblem
from ..result import GAP, Callback, Solution, Status, StopRule
from .lbfgs import Memory

USUAL_GAP, USUAL_CHANGE = 1e-4, 1e-5
"""Usual tolerances: in denoising of the certified gap, else of the relative change in an iteration."""
_FALL = 1e-4
"""Least fall of J, of what its slope promises."""
_TRIALS = 8
"""Lengths of a move that are tried before a plain gradient step."""
_LEARNED = 5
"""Iterations from which on a short move says that the minimum is near, not that nothing is known."""


def quasi_newton(
    problem: SmoothProblem,
    *,
    tolerance: float | None = None,
    max_iterations: int = 10_000,
    start: Tensor | None = None,
    callback: Callback | None = None,
) -> Solution:
    """Minimise J by L-BFGS on the pixels that a gradient step leaves inside C; the others take that step.

    Bertsekas, "Projected Newton methods for optimization problems with simple constraints", 1982. A move that
    does not lower J is shortened, in the end replaced by the gradient step, which always does.

    Args:
        problem: the problem.
        tolerance: in denoising of the certified relative gap, else of the move that an iteration sets out
            on, relative to the image; what is usual when left out.
        max_iterations: stops after so many.
        start: image to begin with, `(planes, height, width)`; that of the measurement when left out.
        callback: called with the status of each iteration.

    Returns:
        The last iterate.

    Raises:
        ValueError: when `max_iterations` is less than 1.
    """
    if max_iterations < 1:
        raise ValueError(f"at least 1 iteration is needed, not {max_iterations}")
    measurement = problem.measurement
    certified = measurement.operator.is_identity
    tolerance = usual_tolerance(measurement) if tolerance is None else tolerance
    x = measurement.domain.project(measurement.start() if start is None else start)
    point, memory = problem.at(x), Memory(problem, x)
    relative_gap = RelativeGap(measurement)
    history: list[Status] = []
    converged = False
    for iteration in range(1, max_iterations + 1):
        before = point
        ahead = before.x - before.slope / problem.lipschitz
        plain = measurement.domain.project(ahead)
        free = plain == ahead
        move = torch.where(free, -memory.solve(before.slope, free), plain - before.x)
        point, lost = _along(problem, before, move, plain)
        memory.forget(lost)
        memory.add(point.x - before.x, point.slope - before.slope)
        bound = problem.bound(point)
        gap = relative_gap(point.value, bound)
        change = None if certified else _relative(problem, move, point.x)
        history.append(Status(iteration, float(point.value.sum()), gap, change))
        if callback:
            callback(history[-1]._replace(image=point.x))
        converged = gap <= tolerance if change is None else change <= tolerance and iteration >= _LEARNED
        if converged:
            break
    rule = StopRule(GAP if certified else "relative change of the image", tolerance)
    return Solution(
        point.x,
        iteration,
        history[-1].objective,
        gap,
        converged,
        tuple(history),
        rule=rule,
        distance=farthest(measurement, point.value, bound),
    )


def usual_tolerance(measurement: Measurement) -> float:
    """Return the tolerance of `quasi_newton` where none is given."""
    return USUAL_GAP if measurement.operator.is_identity else USUAL_CHANGE


def _along(problem: SmoothProblem, before: Point, move: Tensor, plain: Tensor) -> tuple[Point, Tensor]:
    """Return a lower point on the way, and the images that took the gradient step, `(images,)` bool."""
    measurement = problem.measurement
    length = torch.ones_like(before.value)
    x = before.x
    for _ in range(_TRIALS):
        x = measurement.domain.project(before.x + measurement.per_plane(length) * move)
        point = problem.at(x)
        promised = measurement.inner(before.slope, x - before.x).clamp_max(0)
        rise = point.value - before.value
        # J is convex: where it still falls at the end, it fell all the way, whatever its rounded values say
        falls = (rise <= _FALL * promised) | (measurement.inner(point.slope, x - before.x) <= 0)
        if bool(falls.all()):
            return point, ~falls
        lowest = promised / (2 * (promised - rise))  # of the parabola through what is known
        length = torch.where(falls, length, length * lowest.nan_to_num(0.1).clamp(0.1, 0.5))
    x = torch.where(measurement.per_plane(falls), x, plain)
    return problem.at(x), ~falls


def _relative(problem: SmoothProblem, move: Tensor, x: Tensor) -> float:
    """Return the largest move of an image, relative to its norm."""
    inner = problem.measurement.inner
    return math.sqrt(float((inner(move, move) / inner(x, x).clamp_min(1e-30)).max()))
