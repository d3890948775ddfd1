"""The minimum of an analysis problem by first-order primal-dual methods."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ..certificate import RelativeGap, farthest
from ..priors.analysis import AnalysisProblem
from ..result import GAP, Callback, Solution, Status, StopRule

_CHECK = 10
"""Iterations between two looks at J."""


def primal_dual(
    problem: AnalysisProblem,
    *,
    tolerance: float = 1e-3,
    max_iterations: int = 10_000,
    start: Tensor | None = None,
    callback: Callback | None = None,
) -> Solution:
    """Minimise J.

    For `H = I` by accelerated projected gradients on the dual (Beck and Teboulle, "Fast gradient-based
    algorithms for constrained total variation image denoising and deblurring problems", 2009), else by the
    primal-dual method of Condat (J. Optim. Theory Appl. 2013).

    Args:
        problem: the problem.
        tolerance: stops when the certified relative gap of every image is at most this. Rounding in single
            precision leaves a gap of about 5e-5.
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
    solver = (_Accelerated if measurement.operator.is_identity else _PrimalDual)(problem, first)
    relative_gap = RelativeGap(measurement)
    history: list[Status] = []
    for iteration in range(1, max_iterations + 1):
        solver.advance()
        if iteration % _CHECK and iteration < max_iterations:
            if callback:
                callback(Status(iteration))
            continue
        x, field = solver.point
        value = problem.objective(x)
        bound = problem.bound(x, field)
        gap = relative_gap(value, bound)
        history.append(Status(iteration, float(value.sum()), gap))
        if callback:
            callback(history[-1]._replace(image=x))
        if gap <= tolerance:
            break
    return Solution(
        x,
        iteration,
        history[-1].objective,
        gap,
        gap <= tolerance,
        tuple(history),
        rule=StopRule(GAP, tolerance),
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


class _PrimalDual:
    """Condat's method."""

    def __init__(self, problem: AnalysisProblem, x: Tensor) -> None:
        measurement, function = problem.measurement, problem.function
        self._problem = problem
        self._back = measurement.adjoint(measurement.data)
        self._x = x
        self._field = torch.zeros_like(function.forward(x))
        self._primal, self._dual = 1 / (0.5 * measurement.norm**2 + 0.5), 0.5 / function.norm**2

    def advance(self) -> None:
        problem, x = self._problem, self._x
        measurement, function = problem.measurement, problem.function
        slope = measurement.normal(x) - self._back + function.adjoint(self._field)
        self._x = measurement.domain.project(x - self._primal * slope)
        ahead = self._field + self._dual * function.forward(2 * self._x - x)
        self._field = function.project(ahead, problem.weight)

    @property
    def point(self) -> tuple[Tensor, Tensor]:
        """The image and its field."""
        return self._x, self._field
