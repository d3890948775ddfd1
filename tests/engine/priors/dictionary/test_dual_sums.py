from __future__ import annotations

import pytest
import torch

from recon_cli.engine.certificate import RelativeGap
from recon_cli.engine.priors.dictionary.codes import Codes
from recon_cli.engine.priors.dictionary.dual_sums import certify
from recon_cli.engine.priors.dictionary.problem import PatchProblem, Variant, objective
from recon_cli.engine.solvers.joint_admm import joint_admm

from ....helpers import (
    CASES,
    HOLLOW,
    MRI,
    OPERATORS,
    VARIANTS,
    centred_slowly,
    fold_slowly,
    measure,
    normal,
    random_dictionary,
    random_iterate,
    random_problem,
    relative,
    solved,
)

both_variants = pytest.mark.parametrize("variant", VARIANTS)
both_operators = pytest.mark.parametrize("operator", OPERATORS)


def check_bounds(problem: PatchProblem, iterates: list[tuple[torch.Tensor, Codes]], rounding: float) -> None:
    """Hold the bounds at these iterates, near the minimum and close to it against J at each of them."""
    close = joint_admm(problem, tolerance=1e-4, max_iterations=30, check_every=15)
    nearer = joint_admm(problem, tolerance=0.0, max_iterations=4)
    lowest = objective(problem, close.image, close.codes).total
    for x, codes in [*iterates, (nearer.image, nearer.codes), (close.image, close.codes)]:
        bound = certify(problem, x, codes)
        for value in (objective(problem, x, codes).total, lowest):
            assert float(((value - bound) / value).min()) >= -rounding
    assert min(nearer.gap, close.gap) >= 0


@pytest.mark.slow
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
        PatchProblem.create(measure(operator, data.to(dtype)), random_dictionary(5, 40), 0.7, 0.005, variant)
        for dtype in (torch.float64, torch.float32)
    )
    result = joint_admm(narrow, tolerance=1e-3, max_iterations=100)
    x, codes = result.image.double(), Codes(result.codes.dense().double())
    exact = RelativeGap(wide.measurement)(objective(wide, x, codes).total, certify(wide, x, codes))
    total = objective(narrow, result.image, result.codes).total
    rounded = RelativeGap(narrow.measurement)(total, certify(narrow, result.image, result.codes))
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
    seen = problem.measurement.adjoint(torch.ones_like(problem.measurement.data))
    y = problem.measurement.adjoint(problem.measurement.data)
    best = torch.where(seen > 0, (y - g).clamp(0, 1), (g < 0).double())
    least = (0.5 * seen * (best - y).square() + g * best).flatten(1).sum(1)
    expected = least - problem.beta * constant.view(2, -1).sum(1)
    assert relative(certify(problem, x, codes), expected) < 1e-12


@both_variants
@pytest.mark.parametrize("operator", MRI)
def test_the_bound_of_mri_is_the_least_value_that_multipliers_and_residual_allow(
    variant: Variant, operator: str
) -> None:
    """Term by term, with `w = H x - y` after a gradient step: the dual at the scaled residuals."""
    problem = random_problem(variant, operator, batch=2)
    measurement = problem.measurement
    x, codes = random_iterate(problem, level=0.02)
    residual = centred_slowly(problem, x) - problem.dictionary @ codes.dense()
    peak = ((problem.dictionary.T @ residual).abs() / problem.lam).amax(0)
    r = residual / peak.clamp_min(1)
    assert bool((peak > 1).any())
    constant = 0.5 * r.square().sum(0)
    if problem.means is not None:
        constant = constant + r.sum(0) * problem.means
    g = problem.beta * fold_slowly(r, x)
    slope = measurement.adjoint(measurement.forward(x) - measurement.data) + g
    w = measurement.forward(measurement.domain.project(x - slope / measurement.norm**2)) - measurement.data
    slope = measurement.adjoint(w) + g
    if problem.measurement.parts == 1:
        least = slope.clamp(max=0).flatten(1).sum(1)
    else:
        least = -slope.view(2, 2, 11, 13).square().sum(1).sqrt().flatten(1).sum(1)
    product = w.real * problem.measurement.data.real + w.imag * problem.measurement.data.imag
    expected = least - (0.5 * w.abs().square() + product).flatten(1).sum(1)
    expected = expected - problem.beta * constant.view(2, -1).sum(1)
    assert relative(certify(problem, x, codes), expected) < 1e-12


@pytest.mark.parametrize(("variant", "operator"), CASES)
def test_the_bound_becomes_tight_at_the_minimum(variant: Variant, operator: str) -> None:
    problem, result = solved(variant, operator)
    total = objective(problem, result.image, result.codes).total
    assert 0 <= RelativeGap(problem.measurement)(total, certify(problem, result.image, result.codes)) < 3e-3
    assert 0 <= result.gap <= 1e-6
