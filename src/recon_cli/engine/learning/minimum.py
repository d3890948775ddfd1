"""The minimum of J as a differentiable map of dictionary, beta, lam and the weights of the penalties.

With supports, signs and pixels at a bound fixed, the minimiser (x, a) solves a linear system. For a loss
l(x) let `A w = grad l(x)`, with `q_k = (D_S'D_S + eps I)^-1 D_S' P~k w` the codes that belong to w on the
supports, `R_k = P~k x - D a_k` and `E_k = P~k w - D q_k`. Then

    grad_D      = beta sum_k ( E_k a_k' + R_k q_k' )
    grad_lam_j  = -beta sum_k w_kj q_kj sign(a_kj)
    grad_w_kj   = -beta lam_j q_kj sign(a_kj)
    grad_beta   = -< w, sum_k P~k' R_k >

The iteration of `joint_iteration` solves both systems. `R` and `E` are taken from its multipliers, which are
accurate long before the residuals of the iterates are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from ..measurement import Measurement
from ..patches.grid import Boundary
from ..priors.dictionary.codes import Codes
from ..priors.dictionary.problem import PatchProblem, Variant
from ..solvers.joint_iteration import JointIteration


@dataclass
class Warm:
    """Iterates of an image for its next visit.

    Attributes:
        minimum: image, multiplier of the box and codes; None before the first visit.
        derivative: the same of the linear system.
    """

    minimum: tuple[Tensor, Tensor, Codes] | None = None
    derivative: tuple[Tensor, Tensor, Codes] | None = None


@dataclass(frozen=True)
class Effort:
    """How long the systems are iterated.

    Attributes:
        minimum: iterations for the minimum.
        derivative: iterations for its derivative.
        eps: ridge of the derivative; 0 gives the exact one.
    """

    minimum: int
    derivative: int
    eps: float = 0.0


def minimum_image(
    measurement: Measurement,
    dictionary: Tensor,
    beta: Tensor,
    lam: Tensor,
    effort: Effort,
    warm: Warm | None = None,
    variant: Variant = "mean-free",
    weights: Tensor | None = None,
    stride: int = 1,
    boundary: Boundary = "inside",
) -> Tensor:
    """Return the image of the minimum of J.

    Args:
        measurement: of the images.
        dictionary: `(size**2, atoms)`; gradients flow into it, into beta and lam.
        beta: weight of the patch term, `()`.
        lam: soft-threshold level of each atom, `(atoms,)`.
        effort: number of iterations.
        warm: iterates of the last visit of these images, replaced by those of this one.
        variant: how a patch loses its mean.
        weights: of the penalties, `(atoms, columns)`; gradients flow into them, too.
        stride: see `PatchGrid`.
        boundary: see `PatchGrid`.

    Returns:
        The images in planes, `(planes, height, width)`.
    """
    kind = (variant, stride, boundary)
    image: Tensor = _Minimum.apply(dictionary, beta, lam, weights, measurement, effort, warm or Warm(), kind)
    return image


class _Minimum(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        dictionary: Tensor,
        beta: Tensor,
        lam: Tensor,
        weights: Tensor | None,
        measurement: Measurement,
        effort: Effort,
        warm: Warm,
        kind: tuple[Variant, int, Boundary],
    ) -> Tensor:
        problem = PatchProblem.create(measurement, dictionary, float(beta), lam, *kind)
        problem = replace(problem, weights=None if weights is None else weights.detach())
        solver = JointIteration.of(problem)
        warm.minimum = _iterate(solver, effort.minimum, warm.minimum)
        ctx.solver, ctx.effort, ctx.warm = solver, effort, warm
        return solver.box.clone()  # the solver's own would refer to this call, and this to the solver

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor | None, ...]:
        solver: JointIteration = ctx.solver
        linear = solver.derivative(grad_outputs[0], ctx.effort.eps)
        ctx.warm.derivative = _iterate(linear, ctx.effort.derivative, ctx.warm.derivative)
        problem, beta = solver.problem, solver.problem.beta
        grad_dictionary = torch.zeros_like(problem.dictionary)
        grad_lam = problem.lam.new_zeros(problem.lam.shape[0])
        grad_weights = None if problem.weights is None else torch.empty_like(problem.weights)
        folded = torch.zeros_like(solver.x)
        for block in problem.blocks():
            a, q = solver.patches.block(block), linear.patches.block(block)
            r = solver.patches.multipliers(solver.x, block)
            e = linear.patches.multipliers(linear.x, block)
            grad_dictionary += beta * (e @ a.T + r @ q.T)
            slope = -beta * q * a.sign()
            if grad_weights is not None and problem.weights is not None:
                grad_weights[:, block.columns] = problem.lam * slope
                slope *= problem.weights[:, block.columns]
            grad_lam += slope.sum(1)
            problem.grid.fold(r if problem.means is not None else r - r.mean(0), folded, block)
        grad_beta = -(linear.box * folded).sum()
        return grad_dictionary, grad_beta, grad_lam, grad_weights, None, None, None, None


def _iterate(
    solver: JointIteration, count: int, start: tuple[Tensor, Tensor, Codes] | None
) -> tuple[Tensor, Tensor, Codes]:
    """Iterate, and solve for the image once more, which makes it that of the last codes."""
    if start is not None:
        solver.go_on_from(*start)
    for _ in range(count):
        solver.advance()
    solver.update_image()
    return solver.box, solver.multiplier, solver.patches.codes
