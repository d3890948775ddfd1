"""The image update of coordinate descent, `min_x 1/2 |Hx - y|^2 + beta/2 sum_k |P~k x - D a_k|^2`."""

from __future__ import annotations

import math
from typing import Protocol

import torch
from torch import Tensor

from ..circulant import Circulant, symbol_of
from ..patches.overlap import OverlapSum
from ..priors.dictionary.problem import PatchProblem
from ..reductions import pixel_sum
from .conjugate_gradients import conjugate_gradients

_FLOOR = 1e-3
"""Added to the preconditioner's system, relative to its largest number: no frequency is without weight."""


class ImageStep(Protocol):
    """A method for equation (7) on a box."""

    def __call__(self, x: Tensor, folded: Tensor) -> Tensor:
        """Return the minimiser, warm started at `x`.

        Args:
            x: first guess, `(batch, height, width)`.
            folded: `sum_k P_k' (D a_k + m_k)`, of the same shape.
        """


class LinearImageStep:
    """The image update without the box: one linear system, by conjugate gradients.

    The preconditioner is the circulant form of the system.
    """

    def __init__(self, problem: PatchProblem, tolerance: float = 1e-6) -> None:
        """Prepare the preconditioner.

        Args:
            problem: the problem whose system is solved.
            tolerance: relative residual of the solution.
        """
        self.problem = problem
        self.tolerance = tolerance
        x, d = problem.start, problem.dictionary.shape[0]
        weight = torch.eye(d, dtype=torch.float64, device=x.device)
        if problem.means is None:
            weight -= 1 / d
        overlap = OverlapSum(weight, problem.grid).to(x)
        parts = problem.measurement.parts
        spectrum = problem.measurement.spectrum(x)
        symbol = problem.beta * overlap.symbol(parts)
        symbol = symbol + symbol_of(
            spectrum.to(symbol.real), problem.measurement.shape, parts, overlap.stride
        )
        system = Circulant(symbol, parts, overlap.stride)
        self.precondition = system.shifted(_FLOOR * float(symbol.abs().max())).inverse().to(x)

    def apply(self, x: Tensor) -> Tensor:
        """Return `(H'H + beta sum_k P~k' P~k) x`."""
        return self.problem.measurement.normal(x) + self.problem.beta * self.problem.gram(x)

    def right(self, folded: Tensor) -> Tensor:
        """Return `H'y + beta * folded`."""
        return self.problem.measurement.adjoint(self.problem.measurement.data) + self.problem.beta * folded

    def __call__(self, x: Tensor, folded: Tensor) -> Tensor:
        """See `ImageStep`; without the box."""
        return conjugate_gradients(
            self.apply,
            self.right(folded),
            x,
            self.precondition,
            self.tolerance,
            parts=self.problem.measurement.parts,
        )


class ExactImageStep(LinearImageStep):
    """The image update on the box, by projected Newton steps (Bertsekas, SIAM J. Control Optim. 1982).

    Pixels held at a bound drop out; the others solve their linear system; a line search along the
    projected step makes every step descend.
    """

    max_steps = 50

    def __call__(self, x: Tensor, folded: Tensor) -> Tensor:
        """See `ImageStep`."""
        right = self.right(folded)
        goal = self.tolerance * float(right.norm())
        domain = self.problem.measurement.domain
        x = domain.project(x)
        last = math.inf
        for _ in range(self.max_steps):
            gradient = self.apply(x) - right
            distance = float((x - domain.project(x - gradient)).norm())
            if distance <= goal or distance > 0.9 * last:  # there, or as near as rounding allows
                break
            last = distance
            free = (domain.outward(x, -gradient) == 0).to(x.dtype)
            step = conjugate_gradients(
                lambda u, free=free: free * self.apply(u),  # type: ignore[misc]
                -free * gradient,
                torch.zeros_like(x),
                lambda u, free=free: free * self.precondition(u),  # type: ignore[misc]
                max(0.1 * self.tolerance * float(right.norm()) / float((free * gradient).norm()), 1e-6),
            )
            x = self._search(x, step, gradient)
        return x

    def _search(self, x: Tensor, step: Tensor, gradient: Tensor) -> Tensor:
        length = 1.0
        while length > 1e-3:
            moved = self.problem.measurement.domain.project(x + length * step) - x
            slope = pixel_sum(gradient * moved, torch.float64)
            curvature = pixel_sum(moved * self.apply(moved), torch.float64)
            if bool((slope + 0.5 * curvature <= 0.1 * slope).all()):
                break
            length *= 0.5
        return x + moved


class ProjectedImageStep(LinearImageStep):
    """The image update on any C: the linear system, and FISTA where its solution leaves C."""

    def __call__(self, x: Tensor, folded: Tensor) -> Tensor:
        """See `ImageStep`."""
        free = super().__call__(x, folded)
        inside = self.problem.measurement.domain.project(free)
        return free if torch.equal(free, inside) else FistaImageStep(self.problem)(inside, folded)


class FistaImageStep:
    """The paper's image update, equation (9): FISTA on C, stopped by its relative l1 change."""

    def __init__(self, problem: PatchProblem, tolerance: float = 1e-6, max_iterations: int = 10_000) -> None:
        """Prepare the step length.

        Args:
            problem: the problem.
            tolerance: stops when the image changes by less than this, relative, in the l1 norm.
            max_iterations: stops after so many.
        """
        self._problem = problem
        self._tolerance = tolerance
        self._max_iterations = max_iterations
        self._right = problem.measurement.adjoint(problem.measurement.data)

    def __call__(self, x: Tensor, folded: Tensor) -> Tensor:
        """See `ImageStep`."""
        problem = self._problem
        length = problem.beta * problem.dictionary.shape[0] + problem.measurement.norm**2
        right = self._right + problem.beta * folded
        z, t = x, 1.0
        for _ in range(self._max_iterations):
            gradient = problem.measurement.normal(z) + problem.beta * problem.gram(z) - right
            new = problem.measurement.domain.project(z - gradient / length)
            change = float((new - x).abs().sum() / x.abs().sum().clamp_min(1e-30))
            t_new = (1 + math.sqrt(4 * t * t + 1)) / 2
            z = new + (t - 1) / t_new * (new - x)
            x, t = new, t_new
            if change < self._tolerance:
                break
        return x
