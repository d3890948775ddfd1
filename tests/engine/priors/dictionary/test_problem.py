from __future__ import annotations

import math

import pytest
import torch

from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators.crop import Crop
from recon_cli.engine.operators.identity import Identity
from recon_cli.engine.priors.dictionary.codes import Codes
from recon_cli.engine.priors.dictionary.dual_sums import certify
from recon_cli.engine.priors.dictionary.problem import PatchProblem, Variant, objective

from ....helpers import (
    MRI,
    OPERATORS,
    VARIANTS,
    assert_adjoint,
    centred_slowly,
    fold_slowly,
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
@pytest.mark.parametrize("level", [0.0, 0.05])
def test_synthesis_folds_atoms_and_means(variant: Variant, operator: str, level: float) -> None:
    problem = random_problem(variant, operator, batch=2)
    threshold = torch.full((20, 1), level, dtype=torch.float64) if level else None
    codes = Codes(0.1 * normal(20, problem.grid.columns), threshold)
    patches = problem.dictionary @ codes.dense()
    if problem.means is not None:
        patches = patches + problem.means
    assert relative(problem.synthesise(codes), fold_slowly(patches, problem.start)) < 1e-12


def test_codes_are_the_soft_thresholded_state() -> None:
    problem = random_problem()
    state = normal(20, problem.grid.columns)
    levels = torch.linspace(0, 0.7, 20, dtype=torch.float64)[:, None]
    for threshold in (None, levels):
        codes = Codes(state, threshold)
        explicit = torch.sign(state) * (state.abs() - (0 if threshold is None else levels)).clamp_min(0)
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
    for k, columns in enumerate(codes.state.split(problem.measurement.parts * problem.grid.per_image, 1)):
        alone, planes = problem_of_image(problem, k), planes_of(problem, k)
        single = objective(alone, x[planes], Codes(columns))
        for part, whole in zip(single, together, strict=True):
            torch.testing.assert_close(part, whole[k : k + 1])
        torch.testing.assert_close(certify(alone, x[planes], Codes(columns)), bounds[k : k + 1])


def test_planes_of_an_image_are_summed() -> None:
    problem = random_problem("mean-free", "fourier complex", batch=3)
    assert problem.start.shape == (6, 11, 13)
    assert problem.measurement.data.shape == (3, 11, 13)
    assert problem.measurement.per_image(torch.arange(6.0)).tolist() == [1, 5, 9]
    assert problem.measurement.domain.parts == 2
    for block in problem.blocks(single=True):
        assert block.images.stop - block.images.start == 1


def eight_by_eight() -> Measurement:
    return Measurement(Identity((8, 8)), random_images(1, 8, 8))


@pytest.mark.parametrize("name", ["beta", "lam"])
@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
def test_parameters_have_to_be_positive_numbers(name: str, value: float) -> None:
    parameters = {"beta": 1.0, "lam": 0.1, name: value}
    with pytest.raises(ValueError, match=f"{name} must be a positive number"):
        PatchProblem.create(eight_by_eight(), random_dictionary(3, 12), **parameters)


def test_lam_is_a_number_or_one_for_each_atom() -> None:
    measurement, atoms = eight_by_eight(), random_dictionary(3, 12)
    levels = torch.linspace(0.1, 0.2, 12)
    problem = PatchProblem.create(measurement, atoms, 1.0, levels)
    assert torch.equal(problem.lam, levels.double()[:, None])
    assert PatchProblem.create(measurement, atoms, 1.0, 0.1).lam.shape == (12, 1)
    with pytest.raises(ValueError, match="5 levels lam for 12 atoms"):
        PatchProblem.create(measurement, atoms, 1.0, levels[:5])
    with pytest.raises(ValueError, match="lam must be a positive number"):
        PatchProblem.create(measurement, atoms, 1.0, levels - 0.15)


def test_atoms_that_are_no_square_patches_are_refused() -> None:
    with pytest.raises(ValueError, match="12 pixels an atom are not a square patch"):
        PatchProblem.create(eight_by_eight(), normal(12, 20), 1.0, 0.1)


def test_an_image_smaller_than_a_patch_is_refused_unless_the_frame_makes_up_for_it() -> None:
    small, atoms = random_images(1, 8, 4), random_dictionary(5, 30)
    with pytest.raises(ValueError, match="smaller than a patch of 5 x 5"):
        PatchProblem.create(Measurement(Identity((8, 4)), small), atoms, 1.0, 0.1)
    assert PatchProblem.create(Measurement(Crop((8, 4), 1), small), atoms, 1.0, 0.1).grid.columns == 6 * 2


def test_mean_free_is_the_default_and_keeps_no_means() -> None:
    measurement = Measurement(Identity((8, 9)), random_images(1, 8, 9))
    problem = PatchProblem.create(measurement, random_dictionary(3, 12), 1.0, 0.1)
    assert problem.means is None
    assert problem.spread_means() == 0.0


def test_the_dictionary_takes_the_dtype_of_the_data() -> None:
    data = random_images(1, 8, 9, dtype=torch.float32)
    measurement = Measurement(Identity((8, 9)), data)
    problem = PatchProblem.create(measurement, random_dictionary(3, 12), 1.0, 0.1, "fixed-mean")
    assert problem.means is not None
    assert {problem.dictionary.dtype, problem.start.dtype, problem.means.dtype} == {torch.float32}
