"""Semismooth Newton in the image, with exact codes: a proof where weights differ much.

With the codes at their minimum for each image, J is a function of the image alone, whose gradient

    grad J(x) = H'(H x - y) + beta sum_k P~k' r_k,     r_k = P~k x - D a_k(x)

is piecewise linear, and the `r_k` are feasible multipliers: the bound that they give is as near to J as the
image is to the minimum, squared. The derivative of the gradient is

    H'H + beta sum_k P~k' (I - D_S (D_S'D_S)^-1 D_S') P~k,

S the atoms that have codes in patch k (Qi and Sun, "A nonsmooth version of Newton's method", 1993). Conjugate
gradients, with the inverse of joint ADMM's system in the image as preconditioner, solve for a step on the
pixels that no bound holds. From an image of joint ADMM on, about ten steps end at the precision of the
numbers, while ADMM's multipliers need a thousand iterations where small weights leave some atoms almost free.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from ..native.exact import ExactCodes, rows_of
from ..native.library import usable
from ..priors.dictionary.codes import Codes
from ..priors.dictionary.dual_sums import DualSums
from ..priors.dictionary.problem import PatchProblem
from .conjugate_gradients import conjugate_gradients
from .joint_iteration import JointIteration

_REDUCTION = 0.2
"""Of the residual of a step's system."""
_TRIALS = 7
"""Most of a step, where J would rise."""
_DAMPING = 1e-4
"""Least that is added to the derivative then, relative to the largest that it may be; tenfold each time."""
_ROUNDING = 1e-12
"""Of J, relative."""


def suits(problem: PatchProblem) -> bool:
    """Return whether the steps pay: the penalties have weights, images are real, and there are kernels."""
    return problem.weights is not None and problem.measurement.parts == 1 and usable(problem.start)


class Point(NamedTuple):
    """An image with the codes that are best for it.

    Attributes:
        image: in C, `(planes, height, width)` float64.
        total: J of each image, `(images,)`.
        bound: on its minimum, `(images,)`.
        slope: derivative of J's data term, of the shape of the image.
        pull: that of its patch term.
    """

    image: Tensor
    total: Tensor
    bound: Tensor
    slope: Tensor
    pull: Tensor

    @property
    def gradient(self) -> Tensor:
        """Of J, with the best codes."""
        return self.slope + self.pull


class Newton:
    """The iteration, in double precision, from joint ADMM's iterates on."""

    def __init__(self, before: JointIteration) -> None:
        """Take the problem, the image and the codes of an iteration, whose problem has to suit."""
        problem = before.problem
        self.problem = replace(replace(problem, weights=None).double(), weights=problem.weights)
        self._system, self._like = before.system, problem.start[:1, :1, :1]
        self._exact = ExactCodes(
            self.problem.dictionary,
            self.problem.lam.flatten(),
            problem.weights,
            before.codes.dense().T.double().contiguous(),
        )
        measurement = self.problem.measurement
        self._right = measurement.adjoint(measurement.data)
        covered = float(self.problem.grid.coverage(measurement.data.real).max())
        self._steepest = measurement.norm**2 + self.problem.beta * covered
        self._damping, self._least = 0.0, _DAMPING * self._steepest
        self.point = self._at(before.box.double())

    def advance(self) -> None:
        """Do one step, damped where J would rise; a gradient step where it rises all the same."""
        before, project = self.point, self.problem.measurement.domain.project
        for trial in range(_TRIALS):
            last = trial == _TRIALS - 1
            self.point = self._at(self._probe() if last else project(before.image + self._step()))
            if not bool((self.point.total > before.total * (1 + _ROUNDING)).any()):
                self._damping = 0.0 if self._damping <= self._least else self._damping / 4
                return
            self._damping = max(10 * self._damping, self._least)
            self.point = self._at(before.image)  # with its codes

    @property
    def box(self) -> Tensor:
        """The image."""
        return self.point.image

    @property
    def multiplier(self) -> Tensor:
        """Of the split of the image, as joint ADMM has it."""
        point = self.point
        return -point.pull if self._system.diagonal is not None else -point.gradient

    @property
    def codes(self) -> Codes:
        """With their multipliers, as joint ADMM keeps both."""
        problem, rho = self.problem, self._system.matrices.rho
        state = self._like.new_empty(len(rho), problem.grid.columns)
        for block in problem.blocks():
            codes = self._exact.codes[block.columns].T
            residual = problem.centred(self.box, block) - problem.dictionary @ codes
            state[:, block.columns] = codes + (problem.dictionary.T @ residual) / rho
        return Codes(state, (problem.lam / rho).to(state), problem.weights)

    def _at(self, x: Tensor) -> Point:
        problem, measurement = self.problem, self.problem.measurement
        sums, misfit, sparsity = DualSums(problem), *torch.zeros(2, problem.grid.batch, dtype=torch.float64)
        for block in problem.blocks():
            patches = problem.centred(x, block)
            residual = self._exact.update(rows_of(patches), block.columns.start).T[: len(patches)]
            codes = self._exact.codes[block.columns].T
            sums.add(residual, problem.dictionary.T @ residual, block)
            misfit[block.images] += problem.grid.per_image_sum(residual.square(), block)
            sparsity[block.images] += problem.grid.per_image_sum(codes.abs() * problem.levels(block), block)
        patch_term = measurement.per_image(0.5 * misfit + sparsity)
        total = measurement.data_term(measurement.forward(x)) + problem.beta * patch_term
        slope = measurement.normal(x) - self._right
        return Point(x, total, sums.bound(x), slope, problem.beta * sums.folded)

    def _probe(self) -> Tensor:
        """Return the image after a projected gradient step, which lowers J."""
        return self.problem.measurement.domain.project(self.box - self.point.gradient / self._steepest)

    def _step(self) -> Tensor:
        """Return the step: to their bound for pixels that a gradient step leads there, Newton's for others.

        With those alone that are at a bound already, many more would meet one on the way (Bertsekas,
        "Projected Newton methods for optimization problems with simple constraints", 1982).
        """
        gradient, system, probe = self.point.gradient, self._system, self._probe()
        free = (self.problem.measurement.domain.outward(probe, -gradient) == 0).double()
        held = (1 - free) * (probe - self.box)
        return held + conjugate_gradients(
            lambda d: free * self._derivative(free * d),
            -free * (gradient + self._derivative(held)),
            torch.zeros_like(gradient),
            lambda r: free * system.precondition(free * r),
            0.0,
            _REDUCTION,
        )

    def _derivative(self, direction: Tensor) -> Tensor:
        problem = self.problem
        out, narrow = torch.zeros_like(direction, dtype=torch.float32), direction.float()
        for block in problem.blocks():
            patches = problem.grid.extract(narrow, block)
            if problem.means is None:
                patches -= patches.mean(0)
            rows = rows_of(patches)
            self._exact.complement(rows, block.columns.start)
            problem.grid.fold(rows.T[: len(patches)], out, block)
        return problem.measurement.normal(direction) + problem.beta * out.double() + self._damping * direction
