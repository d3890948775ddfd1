"""Sparse coding as a differentiable layer, by the implicit function theorem, equations (11)-(12)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ..native.library import usable
from ..native.masked import solve_on_supports
from ..priors.dictionary.problem import PatchProblem
from ..priors.dictionary.shrinkage import shrink
from ..solvers.code_sweep import CodeSweep


class SparseLayer(torch.autograd.Function):
    """Map an image to the folded synthesis of its sparse codes, `sum_k P_k' D a_k(x, D)`.

    With the support `S` of a code fixed, and the gradient `q` with respect to `D a`, the gradients are
    `D w` for the patch and, atoms as columns, `(v - D a) w' + (q - D w) a'` for the dictionary, where
    `w_S = (D_S' D_S + eps I)^-1 D_S' q` is found for all patches at once by conjugate gradients.
    """

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        dictionary: Tensor,
        problem: PatchProblem,
        code: CodeSweep,
        state: Tensor,
        eps: float,
        tolerance: float,
    ) -> Tensor:
        """Code the patches of `x` in place of `state`, `(atoms, columns)`, and fold their synthesis.

        Args:
            ctx: autograd's record.
            x: `(batch, height, width)`.
            dictionary: `(size**2, atoms)`, the one that `problem` and `code` were made with.
            problem: gives grid and patch means.
            code: codes its patches.
            state: of the sparse-coding method, for a warm start; overwritten.
            eps: ridge that keeps the backward system well conditioned.
            tolerance: relative residual of the backward system.
        """
        folded = code(x, state, list(problem.blocks())).folded
        codes = shrink(state, code.threshold)
        ctx.save_for_backward(x, dictionary, codes)
        ctx.problem, ctx.eps, ctx.tolerance = problem, eps, tolerance
        return folded

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor | None, ...]:
        """Return the gradients with respect to image and dictionary."""
        x, dictionary, codes = ctx.saved_tensors
        problem: PatchProblem = ctx.problem
        grad_x = torch.zeros_like(x)
        grad_dictionary = torch.zeros_like(dictionary)
        gram = dictionary.T @ dictionary
        for block in problem.blocks():
            a = codes[:, block.columns]
            q = problem.grid.extract(grad_outputs[0], block)
            w = masked_solve(gram, (a != 0).to(a.dtype), dictionary.T @ q, ctx.eps, ctx.tolerance)
            direction = dictionary @ w
            residual = torch.addmm(problem.centred(x, block), dictionary, a, alpha=-1)
            grad_dictionary += residual @ w.T + (q - direction) @ a.T
            if problem.means is None:
                direction = direction - direction.mean(0)
            problem.grid.fold(direction, grad_x, block)
        return grad_x, grad_dictionary, None, None, None, None, None


def masked_solve(
    gram: Tensor, support: Tensor, right: Tensor, eps: float, tolerance: float, limit: int = 500
) -> Tensor:
    """Solve `(D_S' D_S + eps I) w_S = right_S` for each column, by conjugate gradients on all at once.

    Args:
        gram: `D'D`, `(atoms, atoms)`.
        support: 1 on the support and 0 off it, `(atoms, columns)`.
        right: `(atoms, columns)`; what lies off the support is ignored.
        eps: ridge, at least 0.
        tolerance: relative residual over all columns; the compiled kernel keeps it in every 48 of them.
        limit: most iterations.

    Returns:
        `w`, zero off the support, `(atoms, columns)`.
    """
    if usable(right):
        return solve_on_supports(gram, support, right, eps, tolerance, limit)
    residual = support * right
    goal = tolerance * float(residual.norm())
    w = torch.zeros_like(residual)
    direction = residual.clone()
    rho = residual.square().sum(0)
    for _ in range(limit):
        if float(rho.sum()) ** 0.5 <= goal:
            break
        image = torch.addmm(eps * direction, gram, direction).mul_(support)
        curvature = (direction * image).sum(0)
        step = torch.where(curvature > 0, rho / curvature, 0.0)
        w.addcmul_(step, direction)
        residual.addcmul_(step, image, value=-1)
        rho, last = residual.square().sum(0), rho
        direction = torch.where(last > 0, rho / last, 0.0) * direction + residual
    return w


class LinearSolve(torch.autograd.Function):
    """Solve a symmetric linear system in the image; its gradient solves the same system."""

    @staticmethod
    def forward(ctx: Any, right: Tensor, start: Tensor, solve: Any) -> Tensor:
        """Return `solve(right, start)`, `(batch, height, width)`."""
        ctx.solve = solve
        return solve(right, start)

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor, None, None]:
        """Return the gradient with respect to the right-hand side."""
        return ctx.solve(grad_outputs[0], torch.zeros_like(grad_outputs[0])), None, None
