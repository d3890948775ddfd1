from __future__ import annotations

import itertools

import pytest
import torch

from recon_cli.engine.priors.dictionary.codes import Codes
from recon_cli.engine.priors.dictionary.problem import PatchProblem, Variant, objective
from recon_cli.engine.result import Status
from recon_cli.engine.solvers.coordinate_descent import Inner, coordinate_descent
from recon_cli.engine.solvers.image_step import FistaImageStep
from recon_cli.engine.solvers.joint_admm import joint_admm

from ...helpers import (
    CASES,
    MRI,
    OPERATORS,
    VARIANTS,
    assert_in_domain,
    centred_slowly,
    fold_slowly,
    held_share,
    planes_of,
    problem_of_image,
    random_problem,
    relative,
    solved,
    sparse_codes_slowly,
    with_data,
)

both_variants = pytest.mark.parametrize("variant", VARIANTS)
both_operators = pytest.mark.parametrize("operator", OPERATORS)
every_case = pytest.mark.parametrize(("variant", "operator"), CASES)
both_inner = pytest.mark.parametrize("inner", ["exact", "fista"])


def sweeps_slowly(problem: PatchProblem, steps: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Follow equations (6)-(7) with slow inner solvers: image and codes after some sweeps."""
    x = problem.start
    codes = x.new_zeros(problem.dictionary.shape[1], problem.grid.columns)
    for _ in range(steps):
        codes = sparse_codes_slowly(problem.dictionary, centred_slowly(problem, x), problem.lam, 300)
        patches = problem.dictionary @ codes
        if problem.means is not None:
            patches = patches + problem.means
        x = FistaImageStep(problem, 1e-13)(x, fold_slowly(patches, x))
    return x, codes


@pytest.mark.parametrize(
    ("variant", "operator"), [*CASES[:4], ("mean-free", "fourier real"), ("mean-free", "sense complex")]
)
@both_inner
def test_two_steps_follow_the_path_of_exact_coordinate_descent(
    variant: Variant, operator: str, inner: Inner
) -> None:
    problem = random_problem(variant, operator, shape=(10, 9), lam=0.02, contrast=1.0)
    image, codes = sweeps_slowly(problem, 2)
    result = coordinate_descent(problem, steps=2, inner=inner)
    assert float((codes != 0).double().mean()) > 0.05
    assert relative(result.image, image) < 1e-3
    assert relative(result.codes.dense(), codes) < 3e-2
    reference = float(objective(problem, image, Codes(codes)).total.sum())
    assert result.objective == pytest.approx(reference, rel=1e-3)


@every_case
@pytest.mark.parametrize("contrast", [0.3, 2.0])
def test_the_objective_never_increases(variant: Variant, operator: str, contrast: float) -> None:
    problem = random_problem(variant, operator, batch=2, contrast=contrast)
    result = coordinate_descent(problem, steps=15)
    values = [status.objective for status in result.history]
    assert all(after <= before * (1 + 1e-6) for before, after in itertools.pairwise(values))
    assert values[-1] < 0.95 * values[0]


@both_inner
@pytest.mark.parametrize("steps", [1, 3])
def test_the_wanted_number_of_steps_is_done(inner: Inner, steps: int) -> None:
    result = coordinate_descent(random_problem(), steps=steps, inner=inner)
    assert result.iterations == len(result.history) == steps
    assert [status.iteration for status in result.history] == list(range(1, steps + 1))
    assert result.converged


def test_one_more_step_changes_the_answer() -> None:
    problem = random_problem()
    two, three = (coordinate_descent(problem, steps=steps) for steps in (2, 3))
    assert relative(two.image, three.image) > 1e-4
    assert two.history == three.history[:2]


@both_variants
@both_operators
def test_early_stopping_ends_when_a_sweep_changes_little(variant: Variant, operator: str) -> None:
    problem = random_problem(variant, operator)
    result = coordinate_descent(problem, tolerance=2e-3)
    changes = [status.change or 0.0 for status in result.history]
    assert result.converged
    assert result.iterations == len(changes) > 2
    assert changes[-1] < 2e-3
    assert min(changes[:-1]) >= 2e-3


def test_the_change_is_the_joint_relative_change_of_image_and_codes() -> None:
    problem = random_problem()
    before, after = (coordinate_descent(problem, steps=steps) for steps in (2, 3))
    moved = (after.image - before.image).square().sum()
    moved += (after.codes.dense() - before.codes.dense()).square().sum()
    size = before.image.square().sum() + before.codes.dense().square().sum()
    assert after.history[-1].change == pytest.approx(float((moved / size).sqrt()))


@pytest.mark.slow
def test_a_tighter_tolerance_leads_to_the_minimum() -> None:
    problem = random_problem(lam=0.02, beta=2.0, contrast=2.0)
    least = joint_admm(problem, tolerance=1e-6).objective
    loose, tight = (coordinate_descent(problem, tolerance=t, max_iterations=400) for t in (3e-2, 1e-5))
    assert loose.converged
    assert tight.converged
    assert tight.objective < loose.objective
    assert tight.objective == pytest.approx(least, rel=1e-4)
    assert loose.objective > 1.001 * least


@pytest.mark.slow
@pytest.mark.parametrize(("operator", "contrast"), list(zip(MRI, (2.0, 0.6, 0.6, 2.0), strict=True)))
def test_many_sweeps_lead_to_the_minimum_in_mri(operator: str, contrast: float) -> None:
    problem, best = solved("mean-free", operator, contrast)
    result = coordinate_descent(problem, steps=30)
    assert 1 - 1e-6 <= result.objective / best.objective <= 1 + 3e-4
    assert relative(result.image, best.image) < 2e-2


def test_early_stopping_that_does_not_end_is_reported() -> None:
    result = coordinate_descent(random_problem(), tolerance=1e-9, max_iterations=2)
    assert not result.converged
    assert result.iterations == len(result.history) == 2


@both_inner
@pytest.mark.parametrize("contrast", [0.3, 3.0])
def test_the_image_is_in_the_box(inner: Inner, contrast: float) -> None:
    image = coordinate_descent(random_problem(contrast=contrast), steps=2, inner=inner).image
    assert 0 <= float(image.min()) <= float(image.max()) <= 1
    assert (contrast > 1) == bool((image == 0).any() and (image == 1).any())


@every_case
def test_the_result_belongs_together(variant: Variant, operator: str) -> None:
    problem, best = solved(variant, operator)
    result = coordinate_descent(problem, steps=2)
    assert result.image.shape == problem.start.shape
    value = float(objective(problem, result.image, result.codes).total.sum())
    assert result.objective == result.history[-1].objective == pytest.approx(value, rel=1e-12)
    assert 0 < 1 - best.objective / value <= result.gap


def test_the_callback_sees_the_history() -> None:
    seen: list[Status] = []
    result = coordinate_descent(random_problem(), steps=3, callback=seen.append)
    assert tuple(status._replace(image=None) for status in seen) == result.history
    assert seen[-1].image is result.image
    assert all(status.gap is None for status in seen)


@both_inner
@pytest.mark.parametrize("operator", MRI)
def test_the_image_of_mri_is_in_the_domain(inner: Inner, operator: str) -> None:
    problem = random_problem("mean-free", operator, contrast=3.0)
    image = coordinate_descent(problem, steps=2, inner=inner).image
    assert_in_domain(problem, image)
    assert held_share(problem, image) > 0.1


@both_inner
@pytest.mark.parametrize("operator", ["identity", "sense complex"])
def test_steps_of_a_batch_are_those_of_its_images(inner: Inner, operator: str) -> None:
    problem = random_problem("mean-free", operator, batch=3, lam=0.02)
    together = coordinate_descent(problem, steps=2, inner=inner)
    for k in range(3):
        alone = coordinate_descent(problem_of_image(problem, k), steps=2, inner=inner)
        assert relative(alone.image, together.image[planes_of(problem, k)]) < 1e-3


@pytest.mark.slow
@pytest.mark.parametrize("operator", ["identity", "fourier complex"])
def test_each_image_of_a_batch_stops_by_itself(operator: str) -> None:
    """The third image has less contrast: it stops earlier than the others and is then left as it is."""
    template = random_problem("mean-free", operator, batch=3, lam=0.02)
    data = template.measurement.data.clone()
    data[2] = 0.5 + 0.5 * (data[2] - 0.5) if operator == "identity" else 0.2 * data[2]
    problem = with_data(template, data)
    together = coordinate_descent(problem, tolerance=1e-3)
    assert together.converged
    counts = []
    for k in range(3):
        alone = coordinate_descent(problem_of_image(problem, k), tolerance=1e-3)
        counts.append(alone.iterations)
        assert relative(together.image[planes_of(problem, k)], alone.image) < 1e-3
    assert abs(together.iterations - max(counts)) <= 1
    assert counts[2] < max(counts) - 1
    stopped = coordinate_descent(problem_of_image(problem, 2), steps=counts[2]).image
    later = coordinate_descent(problem_of_image(problem, 2), steps=together.iterations).image
    left = float((together.image[planes_of(problem, 2)] - stopped).norm())
    assert left < 0.2 * float((later - stopped).norm())


@both_variants
def test_several_blocks_give_what_one_block_gives(variant: Variant, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = random_problem(variant, shape=(20, 24), batch=2, lam=0.02)
    one = coordinate_descent(problem, steps=2)
    monkeypatch.setattr(PatchProblem, "blocks", lambda self, single=False: self.grid.blocks(100))
    many = coordinate_descent(problem, steps=2)
    assert relative(many.image, one.image) < 1e-3
    assert many.objective == pytest.approx(one.objective, rel=1e-3)


@both_variants
def test_single_precision_agrees_with_double_precision(variant: Variant) -> None:
    wide, narrow = (random_problem(variant, dtype=dtype) for dtype in (torch.float64, torch.float32))
    fine, coarse = coordinate_descent(wide, steps=2), coordinate_descent(narrow, steps=2)
    assert coarse.image.dtype == torch.float32
    assert relative(coarse.image, fine.image) < 1e-4
    assert coarse.objective == pytest.approx(fine.objective, rel=1e-4)
