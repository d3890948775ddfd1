from __future__ import annotations

import math

import pytest
import torch

from recon_cli.engine.joint_admm import joint_admm
from recon_cli.engine.linear import Crop, Identity
from recon_cli.engine.problem import Codes, Problem, Variant, certify, objective, relative_gap

from ..helpers import (
    CASES,
    HOLLOW,
    MRI,
    OPERATORS,
    VARIANTS,
    assert_adjoint,
    centred_slowly,
    fold_slowly,
    make_operator,
    normal,
    objective_slowly,
    overlap_matrix,
    planes_of,
    problem_of_image,
    random_dictionary,
    random_images,
    random_iterate,
    random_problem,
    relative,
    solved,
)

both_variants = pytest.mark.parametrize("variant", VARIANTS)
both_operators = pytest.mark.parametrize("operator", OPERATORS)
every_operator = pytest.mark.parametrize("operator", [*OPERATORS, *MRI])

MANY_COLUMNS = (45, 52)
"""Data whose patches do not fit into a single block."""


@both_variants
@every_operator
def test_centred_patches_lose_their_level(variant: Variant, operator: str) -> None:
    problem = random_problem(variant, operator, batch=2)
    x, _ = random_iterate(problem)
    centred = problem.centred(x, problem.grid.whole)
    assert relative(centred, centred_slowly(problem, x)) < 1e-12


@both_variants
def test_centring_leaves_the_image_unchanged(variant: Variant) -> None:
    problem = random_problem(variant)
    x, _ = random_iterate(problem)
    before = x.clone()
    problem.centred(x, problem.grid.whole)
    assert torch.equal(x, before)


@both_variants
def test_gram_is_the_fold_of_the_patches_of_the_variant(variant: Variant) -> None:
    problem = random_problem(variant, shape=(9, 8))
    weight = torch.eye(16, dtype=torch.float64) - (1 / 16 if variant == "mean-free" else 0)
    x, z = random_iterate(problem)[0], random_iterate(problem, 1)[0]
    dense = overlap_matrix(9, 8, 4, weight)
    assert relative(problem.gram(x).flatten(), dense @ x.flatten()) < 1e-12
    assert_adjoint(problem.gram, problem.gram, x, z)


@both_variants
@every_operator
@pytest.mark.parametrize("threshold", [0.0, 0.05])
def test_synthesis_folds_atoms_and_means(variant: Variant, operator: str, threshold: float) -> None:
    problem = random_problem(variant, operator, batch=2)
    codes = Codes(0.1 * normal(20, problem.grid.columns), threshold)
    patches = problem.dictionary @ codes.dense()
    if problem.means is not None:
        patches = patches + problem.means
    assert relative(problem.synthesise(codes), fold_slowly(patches, problem.start)) < 1e-12


def test_codes_are_the_soft_thresholded_state() -> None:
    problem = random_problem()
    state = normal(20, problem.grid.columns)
    for threshold in (0.0, 0.7):
        codes = Codes(state, threshold)
        explicit = torch.sign(state) * (state.abs() - threshold).clamp_min(0)
        torch.testing.assert_close(codes.dense(), explicit)
        for block in problem.grid.blocks(50):
            assert torch.equal(codes.block(block), codes.dense()[:, block.columns])


@both_variants
@every_operator
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.float64, 1e-12)])
def test_objective_equals_the_slow_sum(
    variant: Variant, operator: str, dtype: torch.dtype, tolerance: float
) -> None:
    problem = random_problem(variant, operator, batch=3, dtype=dtype)
    x, codes = random_iterate(problem)
    value = objective(problem, x, codes)
    assert value.total.dtype == torch.float64
    assert relative(value.total, objective_slowly(problem, x, codes.dense())) < tolerance
    assert relative(value.data + value.misfit + value.sparsity, value.total) < 1e-12


@both_variants
def test_objective_is_gathered_from_several_blocks(variant: Variant) -> None:
    problem = random_problem(variant, shape=MANY_COLUMNS, batch=2)
    assert len(list(problem.blocks())) > 2
    x, codes = random_iterate(problem)
    assert relative(objective(problem, x, codes).total, objective_slowly(problem, x, codes.dense())) < 1e-12


@both_variants
@every_operator
def test_a_batch_has_the_objectives_and_bounds_of_its_images(variant: Variant, operator: str) -> None:
    problem = random_problem(variant, operator, batch=3)
    x, codes = random_iterate(problem)
    together, bounds = objective(problem, x, codes), certify(problem, x, codes)
    for k, columns in enumerate(codes.state.split(problem.operator.parts * problem.grid.per_image, 1)):
        alone, planes = problem_of_image(problem, k), planes_of(problem, k)
        single = objective(alone, x[planes], Codes(columns))
        for part, whole in zip(single, together, strict=True):
            torch.testing.assert_close(part, whole[k : k + 1])
        torch.testing.assert_close(certify(alone, x[planes], Codes(columns)), bounds[k : k + 1])


def check_bounds(problem: Problem, iterates: list[tuple[torch.Tensor, Codes]], rounding: float) -> None:
    """Hold the bounds at these iterates, near the minimum and close to it against J at each of them."""
    close = joint_admm(problem, tolerance=1e-4, max_iterations=30, check_every=15)
    nearer = joint_admm(problem, tolerance=0.0, max_iterations=4)
    lowest = objective(problem, close.image, close.codes).total
    for x, codes in [*iterates, (nearer.image, nearer.codes), (close.image, close.codes)]:
        bound = certify(problem, x, codes)
        assert relative_gap(problem, objective(problem, x, codes).total, bound) >= -rounding
        assert relative_gap(problem, lowest, bound) >= -rounding
    assert min(nearer.gap, close.gap) >= -rounding


@both_variants
@both_operators
@pytest.mark.parametrize(("dtype", "rounding"), [(torch.float32, 1e-5), (torch.float64, 1e-12)])
def test_the_gap_is_never_negative(
    variant: Variant, operator: str, dtype: torch.dtype, rounding: float
) -> None:
    """13 problems of each of the 8 kinds: away from the minimum, nearer to it, and close to it."""
    for seed in range(13):
        problem = random_problem(
            variant,
            operator,
            shape=(9, 7),
            lam=10 ** (-3 + 2 * (seed % 5) / 4),
            beta=10 ** (-1 + (seed % 3) / 2),
            contrast=(0.1, 0.3, 2.0)[seed % 3],
            seed=seed,
            dtype=dtype,
        )
        check_bounds(problem, [random_iterate(problem, seed)], rounding)


@both_variants
@pytest.mark.parametrize("operator", [*MRI, *HOLLOW])
@pytest.mark.parametrize(("dtype", "rounding"), [(torch.float32, 1e-5), (torch.float64, 1e-12)])
def test_the_bound_of_mri_never_exceeds_the_objective(
    variant: Variant, operator: str, dtype: torch.dtype, rounding: float
) -> None:
    """At random images, at the first iterates and close to the minimum."""
    for seed in range(3):
        problem = random_problem(
            variant,
            operator,
            shape=(9, 7),
            lam=10 ** (-3 + 2 * (seed % 3) / 2),
            beta=10 ** (-1 + (seed % 3) / 2),
            contrast=(0.3, 2.0)[seed % 2],
            seed=seed,
            dtype=dtype,
        )
        check_bounds(problem, [random_iterate(problem, seed, level) for level in (0.3, 0.01)], rounding)


@both_variants
@both_operators
@pytest.mark.parametrize("level", [0.3, 1.0])
@pytest.mark.parametrize("noise", [1e-3, 1e-2])
def test_the_gap_in_single_precision_is_right_where_the_objective_is_small(
    variant: Variant, operator: str, level: float, noise: float
) -> None:
    """A bright and almost flat image: the terms of the bound are far larger than J and nearly cancel."""
    data = (level + noise * normal(1, 20, 24)).float()
    wide, narrow = (
        Problem.create(
            make_operator(operator, 20, 24), data.to(dtype), random_dictionary(5, 40), 0.7, 0.005, variant
        )
        for dtype in (torch.float64, torch.float32)
    )
    result = joint_admm(narrow, tolerance=1e-3, max_iterations=100)
    assert min(status.gap or 0.0 for status in result.history) >= -1e-5
    x, codes = result.image.double(), Codes(result.codes.dense().double())
    exact = relative_gap(wide, objective(wide, x, codes).total, certify(wide, x, codes))
    total = objective(narrow, result.image, result.codes).total
    rounded = relative_gap(narrow, total, certify(narrow, result.image, result.codes))
    assert rounded == pytest.approx(exact, rel=5e-3, abs=3e-4)


@both_variants
@both_operators
def test_the_bound_is_the_minimum_of_the_lagrangian(variant: Variant, operator: str) -> None:
    """The bound at any codes equals, pixel by pixel, the least value that the scaled residuals allow."""
    problem = random_problem(variant, operator, batch=2)
    x, codes = random_iterate(problem, level=0.02)
    residual = centred_slowly(problem, x) - problem.dictionary @ codes.dense()
    peak = ((problem.dictionary.T @ residual).abs() / problem.lam).amax(0)
    r = residual / peak.clamp_min(1)
    assert bool((peak > 1).any())
    g = problem.beta * fold_slowly(r, x)
    constant = 0.5 * r.square().sum(0)
    if problem.means is not None:
        constant = constant + r.sum(0) * problem.means
    seen = problem.operator.adjoint(torch.ones_like(problem.data))
    y = problem.operator.adjoint(problem.data)
    best = torch.where(seen > 0, (y - g).clamp(0, 1), (g < 0).double())
    least = (0.5 * seen * (best - y).square() + g * best).flatten(1).sum(1)
    expected = least - problem.beta * constant.view(2, -1).sum(1)
    assert relative(certify(problem, x, codes), expected) < 1e-12


@both_variants
@pytest.mark.parametrize("operator", MRI)
def test_the_bound_of_mri_is_the_least_value_that_multipliers_and_residual_allow(
    variant: Variant, operator: str
) -> None:
    """With `w = H x - y`, term by term: the value of the dual at the scaled residuals."""
    problem = random_problem(variant, operator, batch=2)
    x, codes = random_iterate(problem, level=0.02)
    residual = centred_slowly(problem, x) - problem.dictionary @ codes.dense()
    peak = ((problem.dictionary.T @ residual).abs() / problem.lam).amax(0)
    r = residual / peak.clamp_min(1)
    assert bool((peak > 1).any())
    constant = 0.5 * r.square().sum(0)
    if problem.means is not None:
        constant = constant + r.sum(0) * problem.means
    w = problem.operator.forward(x) - problem.data
    slope = problem.operator.adjoint(w) + problem.beta * fold_slowly(r, x)
    if problem.operator.parts == 1:
        least = slope.clamp(max=0).flatten(1).sum(1)
    else:
        least = -slope.view(2, 2, 11, 13).square().sum(1).sqrt().flatten(1).sum(1)
    product = w.real * problem.data.real + w.imag * problem.data.imag
    expected = least - (0.5 * w.abs().square() + product).flatten(1).sum(1)
    expected = expected - problem.beta * constant.view(2, -1).sum(1)
    assert relative(certify(problem, x, codes), expected) < 1e-12


def test_planes_of_an_image_are_summed() -> None:
    problem = random_problem("mean-free", "fourier complex", batch=3)
    assert problem.start.shape == (6, 11, 13)
    assert problem.data.shape == (3, 11, 13)
    assert problem.per_image(torch.arange(6.0)).tolist() == [1, 5, 9]
    assert problem.domain.parts == 2
    for block in problem.blocks(single=True):
        assert block.images.stop - block.images.start == 1


@pytest.mark.parametrize(("variant", "operator"), CASES)
def test_the_bound_becomes_tight_at_the_minimum(variant: Variant, operator: str) -> None:
    problem, result = solved(variant, operator)
    total = objective(problem, result.image, result.codes).total
    assert 0 <= relative_gap(problem, total, certify(problem, result.image, result.codes)) < 3e-3
    assert 0 <= result.gap <= 1e-6


def test_the_relative_gap_is_the_largest_of_the_batch() -> None:
    problem = random_problem(batch=3, shape=(6, 5))
    value = torch.tensor([2.0, 1.0, 0.0], dtype=torch.float64)
    bound = torch.tensor([1.0, 0.9, -1e-8], dtype=torch.float64)
    assert relative_gap(problem, value, bound) == pytest.approx(0.5)
    assert relative_gap(problem, value[2:], bound[2:]) == pytest.approx(1 / 30)


@pytest.mark.parametrize("name", ["beta", "lam"])
@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
def test_parameters_have_to_be_positive_numbers(name: str, value: float) -> None:
    parameters = {"beta": 1.0, "lam": 0.1, name: value}
    with pytest.raises(ValueError, match=f"{name} must be a positive number"):
        Problem.create(Identity((8, 8)), random_images(1, 8, 8), random_dictionary(3, 12), **parameters)


def test_lam_is_a_number_or_one_for_each_atom() -> None:
    data, atoms = random_images(1, 8, 8), random_dictionary(3, 12)
    levels = torch.linspace(0.1, 0.2, 12)
    problem = Problem.create(Identity((8, 8)), data, atoms, 1.0, levels)
    assert torch.equal(problem.lam, levels.double()[:, None])
    assert Problem.create(Identity((8, 8)), data, atoms, 1.0, 0.1).lam.shape == (12, 1)
    with pytest.raises(ValueError, match="5 levels lam for 12 atoms"):
        Problem.create(Identity((8, 8)), data, atoms, 1.0, levels[:5])
    with pytest.raises(ValueError, match="lam must be a positive number"):
        Problem.create(Identity((8, 8)), data, atoms, 1.0, levels - 0.15)


def test_atoms_that_are_no_square_patches_are_refused() -> None:
    with pytest.raises(ValueError, match="12 pixels an atom are not a square patch"):
        Problem.create(Identity((8, 8)), random_images(1, 8, 8), normal(12, 20), 1.0, 0.1)


def test_an_image_smaller_than_a_patch_is_refused_unless_the_frame_makes_up_for_it() -> None:
    small, atoms = random_images(1, 8, 4), random_dictionary(5, 30)
    with pytest.raises(ValueError, match="smaller than a patch of 5 x 5"):
        Problem.create(Identity((8, 4)), small, atoms, 1.0, 0.1)
    assert Problem.create(Crop((8, 4), 1), small, atoms, 1.0, 0.1).grid.columns == 6 * 2


def test_mean_free_is_the_default_and_keeps_no_means() -> None:
    problem = Problem.create(Identity((8, 9)), random_images(1, 8, 9), random_dictionary(3, 12), 1.0, 0.1)
    assert problem.means is None
    assert problem.spread_means() == 0.0


def test_the_dictionary_takes_the_dtype_of_the_data() -> None:
    data = random_images(1, 8, 9, dtype=torch.float32)
    problem = Problem.create(Identity((8, 9)), data, random_dictionary(3, 12), 1.0, 0.1, "fixed-mean")
    assert problem.means is not None
    assert {problem.dictionary.dtype, problem.start.dtype, problem.means.dtype} == {torch.float32}


def test_the_gap_is_small_where_the_minimum_is_zero_and_rounding_keeps_the_bound_below() -> None:
    problem = random_problem(batch=2)
    value, bound = (
        torch.tensor([1e-9, 2.0], dtype=torch.float64),
        torch.tensor([-1e-4, 1.9], dtype=torch.float64),
    )
    assert relative_gap(problem, value, bound) == pytest.approx(0.05)
    assert relative_gap(problem, value[:1], bound[:1]) < 1e-3
