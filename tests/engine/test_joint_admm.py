from __future__ import annotations

import itertools

import pytest
import torch

from recon_cli.engine.joint_admm import joint_admm
from recon_cli.engine.problem import Problem, Variant, objective
from recon_cli.engine.result import Status

from ..helpers import (
    OPERATORS,
    VARIANTS,
    centred_slowly,
    fold_slowly,
    problem_of_image,
    random_problem,
    relative,
    solved,
)

both_variants = pytest.mark.parametrize("variant", VARIANTS)
both_operators = pytest.mark.parametrize("operator", OPERATORS)


@both_variants
@both_operators
@pytest.mark.parametrize("contrast", [0.3, 2.0])
def test_the_minimum_satisfies_the_optimality_conditions(
    variant: Variant, operator: str, contrast: float
) -> None:
    """J is stationary in the image on the box and in the codes."""
    problem, result = solved(variant, operator, contrast)
    assert result.converged
    x, codes = result.image, result.codes.dense()
    residual = centred_slowly(problem, x) - problem.dictionary @ codes
    correlation = problem.dictionary.T @ residual / problem.lam
    assert float(correlation.abs().max()) < 1.03
    active = codes.abs() > 1e-3
    assert float((correlation - torch.sign(codes))[active].abs().max()) < 0.03
    misfit = problem.operator.forward(x) - problem.data
    gradient = problem.operator.adjoint(misfit) + problem.beta * fold_slowly(residual, x)
    assert float((x - (x - gradient).clamp(0, 1)).abs().max()) < 3e-3
    assert (contrast > 1) == bool(((x == 0) | (x == 1)).double().mean() > 0.1)


@both_variants
@both_operators
@pytest.mark.parametrize("tolerance", [1e-2, 1e-4])
def test_convergence_is_a_certified_gap(variant: Variant, operator: str, tolerance: float) -> None:
    problem, best = solved(variant, operator)
    result = joint_admm(problem, tolerance=tolerance)
    assert result.converged
    assert 0 <= result.gap <= tolerance
    assert all((status.gap or 0.0) > tolerance for status in result.history[:-1])
    assert -1e-6 <= result.objective / best.objective - 1 <= tolerance


@both_variants
def test_too_few_iterations_are_reported(variant: Variant) -> None:
    result = joint_admm(random_problem(variant), max_iterations=3)
    assert not result.converged
    assert result.iterations == 3
    assert result.gap > 1e-3
    assert [status.iteration for status in result.history] == [3]


@pytest.mark.parametrize("every", [1, 4])
def test_the_history_holds_each_check(every: int) -> None:
    seen: list[Status] = []
    result = joint_admm(
        random_problem(), tolerance=0.0, max_iterations=10, check_every=every, callback=seen.append
    )
    assert tuple(seen) == result.history
    expected = sorted({*range(every, 11, every), 10})
    assert [status.iteration for status in seen] == expected
    assert not result.converged


@both_variants
@both_operators
def test_the_result_belongs_together(variant: Variant, operator: str) -> None:
    problem = random_problem(variant, operator, batch=2, contrast=1.0)
    result = joint_admm(problem)
    assert result.image.shape == problem.start.shape
    assert 0 <= float(result.image.min()) <= float(result.image.max()) <= 1
    value = float(objective(problem, result.image, result.codes).total.sum())
    assert result.objective == result.history[-1].objective == pytest.approx(value, rel=1e-12)
    assert result.gap == result.history[-1].gap
    assert result.iterations == result.history[-1].iteration


@both_variants
def test_the_bound_never_falls(variant: Variant) -> None:
    """The best bound so far counts, so J minus J times the gap cannot decrease."""
    result = joint_admm(random_problem(variant), tolerance=1e-6, check_every=1)
    bounds = [status.objective * (1 - (status.gap or 0.0)) for status in result.history]
    assert len(bounds) > 20
    assert all(after >= before - 1e-12 for before, after in itertools.pairwise(bounds))


@both_variants
@both_operators
def test_a_batch_has_the_minima_of_its_images(variant: Variant, operator: str) -> None:
    problem = random_problem(variant, operator, batch=2)
    together = joint_admm(problem, tolerance=1e-5)
    values = objective(problem, together.image, together.codes).total
    for k in range(2):
        alone = joint_admm(problem_of_image(problem, k), tolerance=1e-5)
        assert relative(alone.image, together.image[k : k + 1]) < 1e-3
        assert alone.objective == pytest.approx(float(values[k]), rel=1e-5)


@both_variants
@both_operators
def test_single_precision_agrees_with_double_precision(variant: Variant, operator: str) -> None:
    _, fine = solved(variant, operator)
    coarse = joint_admm(random_problem(variant, operator, dtype=torch.float32), tolerance=1e-5)
    assert fine.converged
    assert coarse.converged
    assert coarse.image.dtype == coarse.codes.state.dtype == torch.float32
    assert relative(coarse.image, fine.image) < 1e-3
    assert coarse.objective == pytest.approx(fine.objective, rel=1e-5)


@both_variants
def test_a_steep_dictionary_is_no_obstacle(variant: Variant) -> None:
    """With singular values like those of learned atoms, gradient steps would crawl."""
    problem = random_problem(variant, shape=(20, 22), size=5, atoms=40, decay=0.85, lam=0.002)
    result = joint_admm(problem, tolerance=1e-4, max_iterations=400)
    assert float(torch.linalg.svdvals(problem.dictionary).median()) < 0.3
    assert result.converged


@both_variants
def test_several_blocks_give_what_one_block_gives(variant: Variant, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = random_problem(variant, shape=(20, 24), batch=2)
    one = joint_admm(problem, tolerance=1e-5)
    monkeypatch.setattr(Problem, "blocks", lambda self, single=False: self.grid.blocks(100))
    many = joint_admm(problem, tolerance=1e-5)
    assert many.iterations == one.iterations
    assert relative(many.image, one.image) < 1e-9
    assert many.objective == pytest.approx(one.objective, rel=1e-10)


def test_an_image_without_structure_is_returned() -> None:
    template = random_problem()
    data = torch.full_like(template.data, 0.25)
    problem = Problem.create(template.operator, data, template.dictionary, 0.7, 0.01)
    result = joint_admm(problem)
    assert result.converged
    torch.testing.assert_close(result.image, data)
    assert not bool(result.codes.dense().any())


def test_the_data_are_not_changed() -> None:
    problem = random_problem(contrast=2.0)
    before = problem.data.clone()
    joint_admm(problem, max_iterations=20)
    assert torch.equal(problem.data, before)
