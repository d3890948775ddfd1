from __future__ import annotations

import pytest
import torch
from torch import Tensor

from recon_cli.engine.priors.dictionary.dual_sums import DualSums
from recon_cli.engine.priors.dictionary.problem import PatchProblem
from recon_cli.engine.solvers.code_update import (
    JointCodes,
    Matrices,
    NativeJointCodes,
    Support,
    joint_codes_of,
)

from ...helpers import normal, random_problem, relative
from .problems import Shape, both_variants, every_lam, every_shape, odd_problem, with_and_without_weights


def penalties(problem: PatchProblem) -> Tensor:
    """Return a rho of its own for each atom, about 0.01."""
    return torch.linspace(0.005, 0.015, len(problem.lam)).to(problem.lam)[:, None]


def both(problem: PatchProblem, support: Support | None = None) -> tuple[NativeJointCodes, JointCodes]:
    matrices = Matrices(problem, penalties(problem))
    return NativeJointCodes(problem, matrices, support), JointCodes(problem, matrices, support)


@every_shape
@every_lam
@both_variants
@with_and_without_weights
@pytest.mark.usefixtures("threads")
def test_the_kernel_does_what_the_tensor_operations_do(
    shape: Shape, variant: str, lam: float, weights: bool
) -> None:
    problem = odd_problem(shape, variant, lam, weights)
    native, plain = both(problem)
    for step in range(4):
        x = problem.start * (1 - 0.1 * step)
        native.update(x)
        plain.update(x)
    assert relative(native.codes.state, plain.codes.state) < 2e-5
    assert relative(native.folded, plain.folded) < 2e-5


@every_shape
@both_variants
@with_and_without_weights
def test_a_support_takes_the_place_of_the_shrinkage(shape: Shape, variant: str, weights: bool) -> None:
    problem = odd_problem(shape, variant, 1e-3, weights)
    state = 0.2 * normal(problem.dictionary.shape[1], problem.grid.columns, seed=9, dtype=torch.float32)
    native, plain = both(problem, Support(state, 90 * penalties(problem)))
    for codes in (native, plain):
        for _ in range(4):
            codes.update(problem.start)
    assert relative(native.codes.state, plain.codes.state) < 2e-5
    assert relative(native.folded, plain.folded) < 2e-5
    off = state.abs() <= problem.levels(problem.grid.whole) / penalties(problem)
    assert bool(off.any())
    assert not bool(plain.block(problem.grid.whole)[off].any())


@every_shape
@every_lam
@both_variants
@with_and_without_weights
def test_the_bound_is_the_same(shape: Shape, variant: str, lam: float, weights: bool) -> None:
    problem = odd_problem(shape, variant, lam, weights)
    bounds = []
    for codes in both(problem):
        codes.update(problem.start)
        sums = DualSums(problem)
        codes.update(problem.start, sums)
        bounds.append(sums.bound(problem.start))
    torch.testing.assert_close(*bounds, rtol=1e-5, atol=1e-7)


def test_threads_do_not_change_a_single_bit() -> None:
    problem = random_problem(shape=(70, 90), size=6, atoms=40, dtype=torch.float32)
    results, before = [], torch.get_num_threads()
    for count in (1, 2, 3):
        torch.set_num_threads(count)
        codes = NativeJointCodes(problem, Matrices(problem, penalties(problem)))
        for _ in range(3):
            codes.update(problem.start)
        results.append((codes.codes.state, codes.folded))
    torch.set_num_threads(before)
    for state, folded in results[1:]:
        assert torch.equal(state, results[0][0])
        assert torch.equal(folded, results[0][1])


def test_the_kernel_is_chosen_where_it_can_work() -> None:
    for dtype in (torch.float32, torch.float64):
        problem = random_problem(dtype=dtype)
        chosen = joint_codes_of(problem, Matrices(problem, penalties(problem)))
        assert isinstance(chosen, NativeJointCodes) == (dtype == torch.float32)
