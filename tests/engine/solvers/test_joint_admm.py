from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
import torch

from recon_cli.engine.certificate import RelativeGap
from recon_cli.engine.domain import UnitDisc, to_images
from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators import Fourier, Identity
from recon_cli.engine.priors.dictionary.problem import PatchProblem, Variant, objective
from recon_cli.engine.result import Status
from recon_cli.engine.solvers.joint_admm import joint_admm, settled_admm

from ...helpers import (
    CASES,
    HOLLOW,
    MRI,
    VARIANTS,
    assert_in_domain,
    centred_slowly,
    fold_slowly,
    held_share,
    normal,
    planes_of,
    problem_of_image,
    random_dictionary,
    random_images,
    random_mask,
    random_problem,
    relative,
    solved,
    with_data,
)

both_variants = pytest.mark.parametrize("variant", VARIANTS)
every_case = pytest.mark.parametrize(("variant", "operator"), CASES)


@every_case
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
    misfit = problem.measurement.forward(x) - problem.measurement.data
    gradient = problem.measurement.adjoint(misfit) + problem.beta * fold_slowly(residual, x)
    assert float((x - problem.measurement.domain.project(x - gradient)).abs().max()) < 3e-3
    assert (contrast > 1) == (held_share(problem, x) > 0.1)


@every_case
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
def test_every_iteration_is_told_and_the_history_holds_each_check(every: int) -> None:
    seen: list[Status] = []
    result = joint_admm(
        random_problem(), tolerance=0.0, max_iterations=10, check_every=every, callback=seen.append
    )
    assert [status.iteration for status in seen] == list(range(1, 11))
    seen = [status for status in seen if status.is_evaluated]
    assert tuple(status._replace(image=None) for status in seen) == result.history
    assert seen[-1].image is result.image
    expected = sorted({*range(every, 11, every), 10})
    assert [status.iteration for status in seen] == expected
    assert not result.converged


@every_case
def test_the_result_belongs_together(variant: Variant, operator: str) -> None:
    problem = random_problem(variant, operator, batch=2, contrast=1.0)
    result = joint_admm(problem)
    assert result.image.shape == problem.start.shape
    assert_in_domain(problem, result.image)
    value = float(objective(problem, result.image, result.codes).total.sum())
    assert result.objective == result.history[-1].objective == pytest.approx(value, rel=1e-12)
    assert result.gap == result.history[-1].gap
    assert result.iterations == result.history[-1].iteration


@both_variants
def test_the_bound_never_falls(variant: Variant) -> None:
    """The best bound so far counts, so J minus the gap times what can be changed of J cannot decrease."""
    problem = random_problem(variant)
    result = joint_admm(problem, tolerance=1e-6, check_every=1)
    fixed = float(RelativeGap(problem.measurement).fixed)
    bounds = [
        status.objective - (status.objective - fixed) * (status.gap or 0.0) for status in result.history
    ]
    assert len(bounds) > 20
    assert all(after >= before - 1e-12 for before, after in itertools.pairwise(bounds))


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "operator"), [CASES[0], *CASES[3::2]])
def test_a_batch_has_the_minima_of_its_images(variant: Variant, operator: str) -> None:
    problem = random_problem(variant, operator, batch=2)
    together = joint_admm(problem, tolerance=1e-5)
    values = objective(problem, together.image, together.codes).total
    for k in range(2):
        alone = joint_admm(problem_of_image(problem, k), tolerance=1e-5)
        assert relative(alone.image, together.image[planes_of(problem, k)]) < 1e-3
        assert alone.objective == pytest.approx(float(values[k]), rel=1e-5)


@every_case
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


@pytest.mark.parametrize(
    ("variant", "operator"),
    [("mean-free", "identity"), ("fixed-mean", "identity"), ("mean-free", "fourier complex")],
)
def test_several_blocks_give_what_one_block_gives(
    variant: Variant, operator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = random_problem(variant, operator, shape=(20, 24), batch=2)
    one = joint_admm(problem)
    monkeypatch.setattr(PatchProblem, "blocks", lambda self, single=False: self.grid.blocks(100))
    many = joint_admm(problem)
    assert many.iterations == one.iterations
    assert relative(many.image, one.image) < 1e-9
    assert many.objective == pytest.approx(one.objective, rel=1e-10)


def test_an_image_without_structure_is_returned() -> None:
    template = random_problem()
    data = torch.full_like(template.measurement.data, 0.25)
    problem = with_data(template, data)
    result = joint_admm(problem)
    assert result.converged
    torch.testing.assert_close(result.image, data)
    assert not bool(result.codes.dense().any())


@pytest.mark.slow
@pytest.mark.parametrize("operator", HOLLOW)
def test_pixels_that_no_coil_reaches_are_zero(operator: str) -> None:
    problem, result = solved("mean-free", operator)
    support = problem.measurement.domain.support
    assert support is not None
    assert 0.7 < float(support.double().mean()) < 0.95
    assert not bool(result.image[:, ~support].any())
    assert bool((result.image[:, support] != 0).any(0).double().mean() > 0.9)


@pytest.mark.parametrize("operator", ["identity", *MRI])
def test_the_data_are_not_changed(operator: str) -> None:
    problem = random_problem("mean-free", operator, contrast=2.0)
    before = problem.measurement.data.clone()
    joint_admm(problem, max_iterations=20)
    assert torch.equal(problem.measurement.data, before)


@pytest.mark.slow
def test_full_sampling_of_a_complex_image_denoises_both_parts() -> None:
    """The transform is unitary and no bound is active: J falls apart into real and imaginary part."""
    operator = Fourier(torch.ones(11, 13, dtype=torch.bool))
    planes = random_images(2, 11, 13, contrast=0.15)
    atoms = random_dictionary(4, 20)
    scan = Measurement(operator, operator.forward(to_images(planes, 2)), UnitDisc())
    whole = PatchProblem.create(scan, atoms, 0.7, 0.01)
    parts = PatchProblem.create(Measurement(Identity((11, 13)), planes), atoms, 0.7, 0.01)
    together, apart = joint_admm(whole, tolerance=1e-6), joint_admm(parts, tolerance=1e-6)
    assert held_share(whole, together.image) == held_share(parts, apart.image) == 0
    assert together.objective == pytest.approx(apart.objective, rel=1e-5)
    assert relative(together.image, apart.image) < 1e-3


@pytest.mark.slow
def test_without_phase_and_bounds_a_complex_image_is_as_good_as_a_real_one() -> None:
    """A mask that is symmetric about the origin sees images and their conjugates alike."""
    half = random_mask(11, 13)
    operator = Fourier(half | half.flip(0, 1))
    assert 0.4 < float(operator.mask.double().mean()) < 0.9
    atoms = random_dictionary(4, 20)
    image = random_images(1, 11, 13, contrast=0.3) + 0.05 * normal(1, 11, 13)
    data = operator.forward(image)
    real, both = Measurement(operator, data), Measurement(operator, data, UnitDisc())
    one, two = (
        joint_admm(PatchProblem.create(scan, atoms, 0.7, 0.01), tolerance=1e-6) for scan in (real, both)
    )
    assert 0 < float(one.image.min()) < float(one.image.max()) < 1
    assert two.objective == pytest.approx(one.objective, rel=1e-5)
    assert relative(two.image[0:1], one.image) < 2e-3
    assert float(two.image[1].norm()) < 2e-3 * float(one.image.norm())


@pytest.mark.slow
def test_a_complex_image_keeps_the_phase_of_its_data() -> None:
    """J does not change when data and image are multiplied by i and the planes trade places."""
    problem = random_problem("mean-free", "sense complex", contrast=2.0)
    turned = with_data(problem, 1j * problem.measurement.data)
    straight, rotated = joint_admm(problem, tolerance=1e-6), joint_admm(turned, tolerance=1e-6)
    assert rotated.objective == pytest.approx(straight.objective, rel=1e-5)
    assert relative(rotated.image, torch.stack((-straight.image[1], straight.image[0]))) < 1e-2


@pytest.mark.slow
@every_case
def test_a_settled_image_is_near_the_minimum_and_has_its_certificate(variant: Variant, operator: str) -> None:
    problem = random_problem(variant, operator, batch=2)
    exact = joint_admm(problem, tolerance=1e-7)
    told: list[Status] = []
    result = settled_admm(problem, tolerance=0.02, callback=told.append)
    assert result.converged
    assert [status.iteration for status in told] == list(range(1, result.iterations + 1))
    assert [status.gap for status in told] == [None] * (len(told) - 1) + [result.gap]
    assert told[-2].change is not None
    assert told[-2].change <= 0.02
    error = 255 * (result.image - exact.image).square().mean((1, 2)).sqrt()
    assert float(error.max()) < 0.2
    total = objective(problem, result.image, result.codes).total
    assert result.objective == pytest.approx(float(total.sum()))
    assert exact.objective is not None
    assert result.gap is not None
    assert float(total.sum()) >= exact.objective * (1 - 1e-7)
    assert result.objective is not None
    assert (1 - result.gap) * result.objective <= exact.objective * (1 + 1e-6)


@pytest.mark.parametrize("operator", ["identity", "fourier complex"])
@pytest.mark.parametrize("most", [20, 1000])
def test_a_gap_on_the_way_changes_nothing_of_the_result(operator: str, most: int) -> None:
    problem = random_problem("mean-free", operator)
    plain, traced = (
        settled_admm(problem, tolerance=0.02, max_iterations=most, traced=traced) for traced in (False, True)
    )
    assert torch.equal(traced.image, plain.image)
    assert torch.equal(traced.codes.state, plain.codes.state)
    assert (traced.gap, traced.objective, traced.iterations) == (plain.gap, plain.objective, plain.iterations)
    gaps = [status.gap for status in traced.history if status.gap is not None]
    assert len(gaps) >= 4
    assert gaps[-1] == plain.gap == min(gaps) < gaps[0]
    assert [status.gap for status in plain.history if status.gap is not None] == [plain.gap]
    same = [status.change for status in plain.history]
    assert [status.change for status in traced.history] == same


def test_iterations_that_do_not_suffice_to_settle_are_reported() -> None:
    result = settled_admm(random_problem(), tolerance=1e-9, max_iterations=7)
    assert (result.converged, result.iterations) == (False, 7)
    assert result.gap is not None
    assert result.gap > 0


@pytest.mark.parametrize("operator", ["identity", "crop"])
def test_no_image_is_farther_from_the_minimum_than_its_certified_distance(operator: str) -> None:
    problem = random_problem("mean-free", operator, batch=2)
    exact = joint_admm(problem, tolerance=1e-8)
    seen = problem.measurement.operator.diagonal(problem.start)
    assert seen is not None
    for iterations in (1, 3, 10, 30):
        result = settled_admm(problem, tolerance=1e-12, max_iterations=iterations)
        off = (result.image - exact.image)[:, seen > 0]
        assert result.distance is not None
        assert 255 * float(off.square().mean(1).sqrt().max()) <= result.distance * (1 + 1e-6)


def test_there_is_no_distance_where_the_data_do_not_bound_it() -> None:
    assert joint_admm(random_problem("mean-free", "fourier real"), tolerance=1e-2).distance is None


@pytest.mark.slow
@pytest.mark.parametrize("low", [1e-3, 1e-5])
def test_rounding_does_not_hold_the_gap_up(low: float) -> None:
    """Single precision alone stays at gaps of 3e-4 and 9e-4: some atoms are almost free, much is unseen."""
    mask = random_mask(20, 24)
    noise = torch.complex(normal(1, 20, 24, seed=1), normal(1, 20, 24, seed=2))
    data = (Fourier(mask).forward(random_images(1, 20, 24)) + 0.02 * noise * mask).to(torch.complex64)
    problem = PatchProblem.create(
        Measurement(Fourier(mask), data), random_dictionary(4, 20), 0.6, 3e-4, "mean-free", 1, "periodic"
    )
    weights = torch.ones(20, problem.grid.columns)
    weights[:4] = low
    result = joint_admm(replace(problem, weights=weights), tolerance=3e-5)
    assert result.converged
    assert result.gap is not None
    assert result.gap <= 3e-5
    kept = (result.image, result.codes.state, result.codes.weights, result.multiplier)
    assert {tensor.dtype for tensor in kept if tensor is not None} == {torch.float32}
    wide = joint_admm(replace(problem.double(), weights=weights.double()), tolerance=3e-5)
    assert result.objective == pytest.approx(wide.objective, rel=1e-4)
