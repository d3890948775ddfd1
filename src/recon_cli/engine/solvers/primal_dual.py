"""The minimum of an analysis problem by first-order primal-dual methods."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ..certificate import RelativeGap, farthest
from ..priors.analysis import AnalysisProblem
from ..result import GAP, SETTLED, Callback, Solution, Status, StopRule
from .condat import Condat
from .settling import OF_CONDAT, WINDOW, Settling

_CHECK = 10
"""Iterations between two looks at J."""


def primal_dual(
    problem: AnalysisProblem,
    *,
    tolerance: float = 1e-3,
    settled: float | None = None,
    max_iterations: int = 10_000,
    start: Tensor | None = None,
    callback: Callback | None = None,
) -> Solution:
    """Minimise J.

    For `H = I` by accelerated projected gradients on the dual (Beck and Teboulle, "Fast gradient-based
    algorithms for constrained total variation image denoising and deblurring problems", 2009), else by a
    primal-dual method, see `Condat`.

    Args:
        problem: the problem.
        tolerance: stops when the certified relative gap of every image is at most this. Rounding in single
            precision leaves a gap of about 5e-5.
        settled: stops instead when the wanted part of every image is about so near to the minimum, in grey
            levels of 255, see `Settling`: directions that the data do not see keep the gap large long after.
        max_iterations: stops after so many.
        start: image to begin with, `(planes, height, width)`; that of the measurement when left out. The dual
            method has no use for it.
        callback: called with the status of each iteration, see `Status`.

    Returns:
        The image in C and its certified gap.

    Raises:
        ValueError: when `max_iterations` is less than 1.
    """
    if max_iterations < 1:
        raise ValueError(f"at least 1 iteration is needed, not {max_iterations}")
    measurement = problem.measurement
    first = measurement.domain.project(measurement.start() if start is None else start)
    solver = (_Accelerated if measurement.operator.is_identity else Condat)(problem, first)
    relative_gap = RelativeGap(measurement)
    settling = Settling(measurement.wanted(first), measurement.parts, OF_CONDAT)
    history: list[Status] = []
    converged = False
    for iteration in range(1, max_iterations + 1):
        solver.advance()
        if iteration % (_CHECK if settled is None else WINDOW) and iteration < max_iterations:
            if callback:
                callback(Status(iteration))
            continue
        x, field = solver.point
        status = Status(iteration)
        if settled is not None:
            distance = settling.distance(measurement.wanted(x), iteration)
            status, converged = status._replace(change=distance), distance <= settled
        if settled is None or converged or iteration == max_iterations:
            value, bound = problem.objective(x), problem.bound(x, field)
            gap = relative_gap(value, bound)
            status = status._replace(objective=float(value.sum()), gap=gap)
        if settled is None:
            converged = gap <= tolerance
        history.append(status)
        if callback:
            callback(history[-1]._replace(image=x))
        if converged:
            break
    return Solution(
        x,
        iteration,
        float(value.sum()),
        gap,
        converged,
        tuple(history),
        rule=StopRule(GAP, tolerance) if settled is None else StopRule(SETTLED, settled),
        distance=farthest(measurement, value, bound),
    )


class _Accelerated:
    """FISTA on the dual of denoising: `x = P_C(y - K'q)` belongs to a field q."""

    def __init__(self, problem: AnalysisProblem, x: Tensor) -> None:
        self._problem = problem
        self._data = problem.measurement.adjoint(problem.measurement.data)
        self._field = self._ahead = torch.zeros_like(problem.function.forward(x))
        self._momentum = 1.0

    def _image(self, field: Tensor) -> Tensor:
        return self._problem.measurement.domain.project(self._data - self._problem.function.adjoint(field))

    def advance(self) -> None:
        before, function = self._field, self._problem.function
        ahead = self._ahead + function.forward(self._image(self._ahead)) / function.norm**2
        self._field = function.project(ahead, self._problem.weight)
        following = 0.5 * (1 + math.sqrt(1 + 4 * self._momentum**2))
        self._ahead = self._field + (self._momentum - 1) / following * (self._field - before)
        self._momentum = following

    @property
    def point(self) -> tuple[Tensor, Tensor]:
        """The image and its field."""
        return self._image(self._field), self._field
