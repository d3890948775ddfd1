"""Total variation as a regulariser, for any measurement operator.

    J(x) = 1/2 |H x - y|^2 + weight * sum_i |(grad x)_i|,     x in C

with differences of neighbouring pixels, zero across the border, and the norm over both directions and the
planes of an image. Every field q with `|q_i| <= weight` bounds the minimum from below: for any w

    L = -1/2 |w|^2 - Re <w, y> + min over x in C of <H'w - div q, x>.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from .certificate import RelativeGap, least_with_slope
from .data_term import data_term
from .domain import Domain, domain_of
from .linear import Identity, LinearOperator
from .reductions import total
from .result import Callback, Solution, Status

STEEPEST = 4
"""A bound on the derivative of the total variation by any pixel: it belongs to four differences."""
_CHECK = 10
"""Iterations between two looks at J."""
_DUAL = 1 / 16
_PRIMAL = 1 / (0.5 + 8 * _DUAL)


def total_variation(
    operator: LinearOperator,
    data: Tensor,
    weight: float,
    *,
    tolerance: float = 1e-3,
    max_iterations: int = 10_000,
    callback: Callback | None = None,
) -> Solution:
    """Minimise J.

    For `H = I` by accelerated projected gradients on the dual (Beck and Teboulle, "Fast gradient-based
    algorithms for constrained total variation image denoising and deblurring problems", 2009), else by the
    primal-dual method of Condat (J. Optim. Theory Appl. 2013).

    Args:
        operator: `H`, of norm at most one.
        data: `y`, `(images, ...)`.
        weight: of the total variation, positive.
        tolerance: stops when the certified relative gap of every image is at most this. Rounding in single
            precision leaves a gap of about 5e-5.
        max_iterations: stops after so many.
        callback: called with the status every 10 iterations.

    Returns:
        The image in C and its certified gap.

    Raises:
        ValueError: when the weight is not positive or `max_iterations` is less than 1.
    """
    if not (weight > 0 and math.isfinite(weight)):
        raise ValueError(f"the weight must be a positive number, and is {weight}")
    if max_iterations < 1:
        raise ValueError(f"at least 1 iteration is needed, not {max_iterations}")
    problem = _Problem(operator, data, weight)
    solver = _Accelerated(problem) if isinstance(operator, Identity) else _PrimalDual(problem)
    relative_gap = RelativeGap(problem)
    history: list[Status] = []
    for iteration in range(1, max_iterations + 1):
        solver.advance()
        if iteration % _CHECK and iteration < max_iterations:
            continue
        x, field = solver.point
        value = problem.objective(x)
        gap = relative_gap(value, problem.bound(x, field))
        history.append(Status(iteration, float(value.sum()), gap))
        if callback:
            callback(history[-1]._replace(image=x))
        if gap <= tolerance:
            break
    return Solution(x, iteration, history[-1].objective, gap, gap <= tolerance, tuple(history))


@dataclass(frozen=True)
class _Problem:
    operator: LinearOperator
    data: Tensor
    weight: float

    @property
    def domain(self) -> Domain:
        return domain_of(self.operator.parts, self.operator.support)

    def lengths(self, field: Tensor) -> Tensor:
        """Return the norm of a field at each pixel, `(1, images, 1, height, width)`."""
        pairs = field.unflatten(1, (-1, self.operator.parts))
        return pairs.square().sum((0, 2), keepdim=True).sqrt()

    def shorten(self, field: Tensor) -> Tensor:
        """Project on the fields of length at most `weight`."""
        scale = (self.lengths(field) / self.weight).clamp_min(1)
        return (field.unflatten(1, (-1, self.operator.parts)) / scale).flatten(1, 2)

    def objective(self, x: Tensor) -> Tensor:
        """Return J of each image, `(images,)` float64."""
        variation = self.lengths(gradient(x))[0]
        return data_term(self.operator.forward(x), self.data) + self.weight * total(variation)

    def bound(self, x: Tensor, field: Tensor) -> Tensor:
        """Return L for an image and a field near the minimum, `(images,)` float64."""
        feasible = (1 - 4 * torch.finfo(field.dtype).eps) * field.double()  # `shorten` rounds
        return least_with_slope(self, -divergence(feasible), x)


class _Accelerated:
    """FISTA on the dual of denoising: `x = P_C(y + div q)` belongs to a field q."""

    def __init__(self, problem: _Problem) -> None:
        self._problem = problem
        self._field = self._ahead = problem.data.new_zeros(2, *problem.data.shape)
        self._momentum = 1.0

    def _image(self, field: Tensor) -> Tensor:
        return self._problem.domain.project(self._problem.data + divergence(field))

    def advance(self) -> None:
        before = self._field
        self._field = self._problem.shorten(self._ahead + gradient(self._image(self._ahead)) / 8)
        following = 0.5 * (1 + math.sqrt(1 + 4 * self._momentum**2))
        self._ahead = self._field + (self._momentum - 1) / following * (self._field - before)
        self._momentum = following

    @property
    def point(self) -> tuple[Tensor, Tensor]:
        """The image and its field."""
        return self._image(self._field), self._field


class _PrimalDual:
    """Condat's method."""

    def __init__(self, problem: _Problem) -> None:
        operator, data = problem.operator, problem.data
        self._problem = problem
        self._back = operator.adjoint(data)
        self._x = problem.domain.project(operator.start(data))
        self._field = self._x.new_zeros(2, *self._x.shape)

    def advance(self) -> None:
        problem, x = self._problem, self._x
        slope = problem.operator.normal(x) - self._back - divergence(self._field)
        self._x = problem.domain.project(x - _PRIMAL * slope)
        self._field = problem.shorten(self._field + _DUAL * gradient(2 * self._x - x))

    @property
    def point(self) -> tuple[Tensor, Tensor]:
        """The image and its field."""
        return self._x, self._field


def gradient(x: Tensor) -> Tensor:
    """Return the differences to the next row and column, `(planes, height, width)` to `(2, ...)`."""
    out = x.new_zeros(2, *x.shape)
    out[0, :, :-1] = x[:, 1:] - x[:, :-1]
    out[1, :, :, :-1] = x[:, :, 1:] - x[:, :, :-1]
    return out


def divergence(field: Tensor) -> Tensor:
    """Return minus the adjoint of `gradient`, `(2, planes, height, width)` to `(planes, ...)`."""
    rows, cols = field[0, :, :-1], field[1, :, :, :-1]
    out = torch.zeros_like(field[0])
    out[:, :-1] += rows
    out[:, 1:] -= rows
    out[:, :, :-1] += cols
    out[:, :, 1:] -= cols
    return out
