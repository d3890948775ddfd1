"""The map that is trained: a few steps of coordinate descent with C = R^n, differentiable in D."""

from __future__ import annotations

from torch import Tensor

from ..measurement import Measurement
from ..operators.identity import Identity
from ..priors.dictionary.problem import PatchProblem, Variant
from ..solvers.code_sweep import code_sweep_of
from ..solvers.conjugate_gradients import conjugate_gradients
from ..solvers.image_step import LinearImageStep
from ..solvers.sparse_coding import ExactCoder
from .implicit import LinearSolve, SparseLayer


def unrolled_denoiser(
    noisy: Tensor,
    dictionary: Tensor,
    beta: float,
    lam: float | Tensor,
    variant: Variant = "mean-free",
    *,
    steps: int = 2,
    eps: float = 1e-3,
    tolerance: float = 1e-3,
) -> Tensor:
    """Denoise by `steps` sweeps of equations (6)-(7) without the box, so that each image step is linear.

    Args:
        noisy: `(batch, height, width)`.
        dictionary: `(size**2, atoms)`; gradients flow into it.
        beta: weight of the patch term.
        lam: soft-threshold level, a number or one for each atom, `(atoms,)`.
        variant: how a patch loses its mean.
        steps: number of sweeps.
        eps: ridge of the implicit gradient; 0 gives the exact one.
        tolerance: accuracy of the sparse coding, see `ExactCoder`, and of its gradient; the image step
            is 100 times finer.

    Returns:
        The denoised images, `(batch, height, width)`.
    """
    measurement = Measurement(Identity((noisy.shape[1], noisy.shape[2])), noisy)
    problem = PatchProblem.create(measurement, dictionary.detach(), beta, lam, variant)
    code = code_sweep_of(problem, ExactCoder(problem.dictionary, problem.lam, tolerance))
    system = LinearImageStep(problem)

    def solve(right: Tensor, start: Tensor) -> Tensor:
        return conjugate_gradients(system.apply, right, start, system.precondition, 0.01 * tolerance)

    x = noisy
    state = noisy.new_zeros(dictionary.shape[1], problem.grid.columns)
    for _ in range(steps):
        folded = SparseLayer.apply(x, dictionary, problem, code, state, eps, tolerance)
        right = noisy + beta * (folded + problem.spread_means())
        x = LinearSolve.apply(right, x.detach(), solve)
    return x
