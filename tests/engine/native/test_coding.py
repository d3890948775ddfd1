from __future__ import annotations

import pytest
import torch

from recon_cli.engine.priors.dictionary.problem import PatchProblem
from recon_cli.engine.solvers.code_sweep import CodeSweep, NativeCodeSweep
from recon_cli.engine.solvers.sparse_coding import ExactCoder

from ...helpers import relative
from .problems import Shape, both_variants, every_lam, every_shape, odd_problem


def empty(problem: PatchProblem) -> torch.Tensor:
    return torch.zeros(problem.dictionary.shape[1], problem.grid.columns)


@every_shape
@every_lam
@both_variants
@pytest.mark.usefixtures("threads")
def test_the_kernel_does_what_the_tensor_operations_do(shape: Shape, variant: str, lam: float) -> None:
    """So many iterations, and as many as the stop rule wants; from a cold and from a warm start."""
    problem = odd_problem(shape, variant, lam)
    blocks = list(problem.blocks())
    for tolerance, limit in ((1e-9, 7), (1e-3, 1000)):
        coder = ExactCoder(problem.dictionary, problem.lam, tolerance, limit)
        states = [empty(problem), empty(problem)]
        for x in (problem.start, 0.9 * problem.start):
            found = NativeCodeSweep(problem, coder)(x, states[0], blocks)
            expected = CodeSweep(problem, coder)(x, states[1], blocks)
            for one, other in zip(found, expected, strict=True):
                assert relative(one, other) < 2e-5 or not (one.any() or other.any())
        assert relative(states[0], states[1]) < 2e-5


def test_patches_of_other_blocks_stay_as_they_are() -> None:
    problem = odd_problem(((12, 70), 3, 8, 40), "mean-free", 1e-3)
    every = list(problem.blocks(single=True))
    sweep = NativeCodeSweep(problem, ExactCoder(problem.dictionary, problem.lam))
    state, whole = empty(problem), empty(problem)
    folded, _, moved = sweep(problem.start, state, every[3:5])
    sweep(problem.start, whole, every)
    inside = slice(every[3].columns.start, every[4].columns.stop)
    assert torch.equal(state[:, inside], whole[:, inside])
    assert bool(state[:, inside].any())
    state[:, inside] = 0
    assert not bool(state.any())
    images = slice(every[3].images.start, every[4].images.stop)
    for values in (folded, moved):
        assert bool(values[images].any())
        values[images] = 0
        assert not bool(values.any())
