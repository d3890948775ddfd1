from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from recon_cli.engine.learning.implicit import LinearSolve, SparseLayer, masked_solve
from recon_cli.engine.priors.dictionary.problem import PatchProblem, Variant
from recon_cli.engine.solvers.code_sweep import code_sweep_of
from recon_cli.engine.solvers.image_step import LinearImageStep
from recon_cli.engine.solvers.sparse_coding import ExactCoder

from ...helpers import (
    OPERATORS,
    VARIANTS,
    centred_slowly,
    fold_slowly,
    normal,
    random_dictionary,
    random_problem,
    relative,
    sparse_codes_slowly,
)

both_variants = pytest.mark.parametrize("variant", VARIANTS)
both_operators = pytest.mark.parametrize("operator", OPERATORS)


def random_support(atoms: int, columns: int, share: float = 0.3) -> Tensor:
    """Return supports of any size, an empty and a full one among them."""
    support = (normal(atoms, columns, seed=3).abs() < share).double()
    support[:, 0] = 0
    support[:, 1] = 1
    return support


@pytest.mark.parametrize("eps", [0.0, 1e-3, 0.1])
@pytest.mark.parametrize(("size", "atoms"), [(4, 12), (5, 20)])
def test_masked_solve_equals_a_dense_solve_for_each_column(eps: float, size: int, atoms: int) -> None:
    dictionary = random_dictionary(size, atoms)
    gram = dictionary.T @ dictionary
    support, right = random_support(atoms, 9), normal(atoms, 9)
    w = masked_solve(gram, support, right, eps, 1e-13)
    for k in range(9):
        on = support[:, k] > 0
        dense = gram[on][:, on] + eps * torch.eye(int(on.sum()), dtype=torch.float64)
        torch.testing.assert_close(w[on, k], torch.linalg.solve(dense, right[on, k]), rtol=1e-8, atol=1e-9)
        assert not bool(w[~on, k].any())


def test_masked_solve_ignores_what_lies_off_the_support() -> None:
    dictionary = random_dictionary(4, 12)
    gram, support = dictionary.T @ dictionary, random_support(12, 9)
    right, other = normal(12, 9), normal(12, 9, seed=1)
    mixed = support * right + (1 - support) * other
    torch.testing.assert_close(
        masked_solve(gram, support, mixed, 1e-3, 1e-12), masked_solve(gram, support, right, 1e-3, 1e-12)
    )


@pytest.mark.parametrize("tolerance", [1e-2, 1e-5])
def test_masked_solve_stops_at_the_residual_over_all_columns(tolerance: float) -> None:
    dictionary = random_dictionary(5, 40, decay=0.9)
    gram, support = dictionary.T @ dictionary, random_support(40, 30)
    right = support * normal(40, 30)
    w = masked_solve(gram, support, right, 1e-3, tolerance)
    residual = support * (right - gram @ w - 1e-3 * w)
    assert 0 < float(residual.norm()) <= 1.01 * tolerance * float(right.norm())


def test_masked_solve_without_any_support_is_zero() -> None:
    dictionary = random_dictionary(4, 12)
    w = masked_solve(
        dictionary.T @ dictionary, torch.zeros(12, 3, dtype=torch.float64), normal(12, 3), 0.0, 1e-6
    )
    assert torch.equal(w, torch.zeros(12, 3, dtype=torch.float64))


def synthesise(
    problem: PatchProblem, x: Tensor, dictionary: Tensor, eps: float = 0.0, limit: int = 3000
) -> Tensor:
    """Apply the layer with accurate codes, from a cold start."""
    problem = replace(problem, dictionary=dictionary.detach())
    code = code_sweep_of(problem, ExactCoder(problem.dictionary, problem.lam, 1e-13, limit))
    state = x.new_zeros(dictionary.shape[1], problem.grid.columns)
    return SparseLayer.apply(x, dictionary, problem, code, state, eps, 1e-13)


@both_variants
@both_operators
def test_the_layer_folds_the_synthesis_of_the_sparse_codes(variant: Variant, operator: str) -> None:
    problem = random_problem(variant, operator, batch=2, lam=0.03)
    codes = sparse_codes_slowly(problem.dictionary, centred_slowly(problem, problem.start), problem.lam)
    explicit = fold_slowly(problem.dictionary @ codes, problem.start)
    assert relative(synthesise(problem, problem.start, problem.dictionary, limit=600), explicit) < 1e-5


def test_the_state_is_kept_for_a_warm_start() -> None:
    problem = random_problem()
    state = problem.start.new_zeros(20, problem.grid.columns)
    code = code_sweep_of(problem, ExactCoder(problem.dictionary, problem.lam, 1e-10, 5000))
    cold = SparseLayer.apply(problem.start, problem.dictionary, problem, code, state, 0.0, 1e-6)
    assert bool(state.any())
    one_check = code_sweep_of(problem, ExactCoder(problem.dictionary, problem.lam, 1e-10, 4))
    warm = SparseLayer.apply(problem.start, problem.dictionary, problem, one_check, state, 0.0, 1e-6)
    assert relative(warm, cold) < 1e-7


@both_variants
@both_operators
def test_the_layer_passes_gradcheck(variant: Variant, operator: str) -> None:
    """Directions of the image and of the dictionary at once, against central differences."""
    problem = random_problem(variant, operator, shape=(5, 6), size=3, atoms=7, lam=0.03, contrast=1.0)
    x = problem.start.clone().requires_grad_()
    dictionary = problem.dictionary.clone().requires_grad_()

    def layer(image: Tensor, atoms: Tensor) -> Tensor:
        return synthesise(problem, image, atoms)

    assert torch.autograd.gradcheck(layer, (x, dictionary), eps=1e-6, atol=1e-6, rtol=1e-5, fast_mode=True)


@both_variants
def test_the_gradient_equals_that_of_a_dense_solve_for_each_patch(variant: Variant) -> None:
    """Unrolls `a_S = (D_S'D_S)^-1 (D_S'v - lam s)` with autograd, support and signs fixed."""
    problem = random_problem(variant, shape=(8, 9), batch=2, lam=0.03, contrast=1.0)
    x = problem.start.clone().requires_grad_()
    dictionary = problem.dictionary.clone().requires_grad_()
    weights = normal(*problem.start.shape, seed=4)
    got = torch.autograd.grad((weights * synthesise(problem, x, dictionary)).sum(), (x, dictionary))

    codes = sparse_codes_slowly(problem.dictionary, centred_slowly(problem, problem.start), problem.lam)
    patches = problem.centred(x, problem.grid.whole)
    columns = []
    for k in range(problem.grid.columns):
        on = codes[:, k].abs() > 1e-9
        atoms = dictionary[:, on]
        right = atoms.T @ patches[:, k] - problem.lam[on, 0] * torch.sign(codes[on, k])
        columns.append(atoms @ torch.linalg.solve(atoms.T @ atoms, right))
    targets = problem.grid.extract(weights)
    dense = torch.autograd.grad((targets * torch.stack(columns, 1)).sum(), (x, dictionary))
    assert relative(got[0], dense[0]) < 1e-7
    assert relative(got[1], dense[1]) < 1e-7


def test_the_ridge_changes_the_gradient_a_little() -> None:
    problem = random_problem(lam=0.03, contrast=1.0)
    gradients = []
    for eps in (0.0, 1e-4, 1e-1):
        dictionary = problem.dictionary.clone().requires_grad_()
        folded = synthesise(problem, problem.start, dictionary, eps)
        gradients.append(torch.autograd.grad(folded.square().sum(), dictionary)[0])
    assert 0 < relative(gradients[1], gradients[0]) < 1e-2
    assert relative(gradients[2], gradients[0]) > 1e-2


@both_variants
def test_several_blocks_give_the_gradients_of_one_block(
    variant: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = random_problem(variant, batch=2, lam=0.03)

    def gradients() -> tuple[Tensor, ...]:
        x = problem.start.clone().requires_grad_()
        dictionary = problem.dictionary.clone().requires_grad_()
        loss = synthesise(problem, x, dictionary).square().sum()
        return torch.autograd.grad(loss, (x, dictionary))

    one = gradients()
    monkeypatch.setattr(PatchProblem, "blocks", lambda self, single=False: self.grid.blocks(30))
    for many, single in zip(gradients(), one, strict=True):
        assert relative(many, single) < 1e-7


@both_operators
def test_linear_solve_passes_gradcheck(operator: str) -> None:
    problem = random_problem("mean-free", operator, shape=(5, 6), size=3, atoms=7)
    step = LinearImageStep(problem, 1e-14)
    dense = torch.stack(
        [
            step.apply(unit.view_as(problem.start)).flatten()
            for unit in torch.eye(problem.start.numel(), dtype=torch.float64)
        ]
    )

    def solve(right: Tensor, start: Tensor) -> Tensor:
        return torch.linalg.solve(dense, right.flatten(1).T).T.view_as(right)

    right = normal(*problem.start.shape).requires_grad_()
    assert torch.autograd.gradcheck(lambda r: LinearSolve.apply(r, torch.zeros_like(r), solve), (right,))


def test_linear_solve_starts_where_it_is_told() -> None:
    starts: list[Tensor] = []

    def solve(right: Tensor, start: Tensor) -> Tensor:
        starts.append(start)
        return right / 2

    right, start = normal(1, 3, 4).requires_grad_(), normal(1, 3, 4, seed=1)
    LinearSolve.apply(right, start, solve).sum().backward()
    assert torch.equal(starts[0], start)
    assert torch.equal(starts[1], torch.zeros_like(start))
    assert right.grad is not None
    assert torch.equal(right.grad, torch.full_like(start, 0.5))
