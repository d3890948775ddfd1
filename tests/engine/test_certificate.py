from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from recon_cli.engine.certificate import RelativeGap, least_with_slope
from recon_cli.engine.domain import Box, UnitDisc
from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators import Crop, Identity
from recon_cli.engine.priors.dictionary.codes import Codes
from recon_cli.engine.priors.dictionary.dual_sums import certify
from recon_cli.engine.priors.dictionary.problem import Variant, objective

from ..helpers import (
    MRI,
    OPERATORS,
    VARIANTS,
    complex_normal,
    normal,
    random_iterate,
    random_problem,
    relative,
    with_data,
)
from .operators.every import EVERY, Case, measurement_of

both_variants = pytest.mark.parametrize("variant", VARIANTS)
both_operators = pytest.mark.parametrize("operator", OPERATORS)


def value_of(measurement: Measurement, g: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Return `1/2 |H x - y|^2 + <g, x>` of each image."""
    return measurement.data_term(measurement.forward(x)) + measurement.inner(g, x)


def slopes_of(measurement: Measurement, seed: int = 0) -> torch.Tensor:
    return 0.5 * normal(2 * measurement.parts, *measurement.shape, seed=seed)


@pytest.mark.parametrize("case", EVERY.values(), ids=EVERY.keys())
@pytest.mark.parametrize("parts", [1, 2])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_no_image_of_the_set_is_below_the_least_value_with_a_slope(
    case: Case, parts: int, dtype: torch.dtype
) -> None:
    """Whatever image it is taken at; and at the minimum it is the minimum."""
    measurement = measurement_of(case, parts, dtype)
    g = slopes_of(measurement)
    x = z = measurement.domain.project(measurement.start()).double()
    iterate = 1.0
    for _ in range(600):  # FISTA
        slope = measurement.normal(z) - measurement.adjoint(measurement.data) + g
        ahead = measurement.domain.project(z - slope / measurement.norm**2)
        following = 0.5 * (1 + (1 + 4 * iterate**2) ** 0.5)
        z, x, iterate = ahead + (iterate - 1) / following * (ahead - x), ahead, following
    least = value_of(measurement, g, x)
    scale = least.abs() + value_of(measurement, 0 * g, 0 * x)
    for seed in range(4):
        elsewhere = measurement.domain.project(2 * normal(*x.shape, seed=20 + seed))
        assert bool((value_of(measurement, g, elsewhere) > least).all())
        bound = least_with_slope(measurement, g, elsewhere.to(dtype))
        assert bound.dtype == torch.float64
        assert bool((bound <= least + 1e-9 * scale).all())
    assert bool((least_with_slope(measurement, g, x) >= least - 1e-4 * scale).all())


@pytest.mark.parametrize("frame", [None, 0, 2])
@pytest.mark.parametrize("parts", [1, 2])
@pytest.mark.parametrize("reached", [True, False])
def test_where_pixels_are_measured_one_by_one_it_is_exact_at_any_image(
    frame: int | None, parts: int, reached: bool
) -> None:
    """The minimum of each pixel by itself: the nearest of C to `y - g`, without data the one against g."""
    operator = Identity((6, 7)) if frame is None else Crop((6, 7), frame)
    support = None if reached else normal(*operator.image_shape, seed=9) > -1
    domain = Box(support) if parts == 1 else UnitDisc(support)
    data = 2 * (complex_normal(2, 6, 7) if parts == 2 else normal(2, 6, 7))
    measurement = Measurement(operator, data, domain)
    g = slopes_of(measurement)
    seen = measurement.adjoint(torch.ones_like(data) * (1 + 1j if parts == 2 else 1)) > 0
    best = domain.project(torch.where(seen, measurement.adjoint(data) - g, -1e9 * g))
    least = value_of(measurement, g, best)
    for seed in range(3):
        anywhere = 2 * normal(*g.shape, seed=30 + seed)
        assert relative(least_with_slope(measurement, g, domain.project(anywhere)), least) < 1e-12


def test_the_relative_gap_is_the_largest_of_the_batch() -> None:
    problem = random_problem(batch=3, shape=(6, 5), contrast=0.05)
    value = torch.tensor([2.0, 1.0, 1e-8], dtype=torch.float64)
    bound = torch.tensor([1.0, 0.9, 0.0], dtype=torch.float64)
    assert RelativeGap(problem.measurement)(value, bound) == pytest.approx(0.5)
    assert RelativeGap(problem.measurement)(value[2:], bound[2:]) == pytest.approx(1 / 30)


def test_the_gap_is_small_where_the_minimum_is_zero_and_rounding_keeps_the_bound_below() -> None:
    problem = random_problem(batch=2, contrast=0.05)
    value, bound = (
        torch.tensor([1e-9, 2.0], dtype=torch.float64),
        torch.tensor([-1e-4, 1.9], dtype=torch.float64),
    )
    assert RelativeGap(problem.measurement)(value, bound) == pytest.approx(0.05)
    assert RelativeGap(problem.measurement)(value[:1], bound[:1]) < 1e-3


@both_variants
@both_operators
def test_data_far_outside_the_set_do_not_hide_what_is_still_to_be_gained(
    variant: Variant, operator: str
) -> None:
    """They add the same constant to J of every image; the gap is that of the other data."""
    problem = random_problem(variant, operator)
    data = problem.measurement.data
    fixed = float(RelativeGap(problem.measurement).fixed)
    assert fixed == pytest.approx(0.5 * float((data - data.clamp(0, 1)).square().sum()), rel=1e-12)
    far = data.clone()
    far[0, 3, 4], far[0, 5, 5] = 1e4, -1e5
    x, codes = random_iterate(problem, 0)
    x[0, 3 + (x.shape[1] - far.shape[1]) // 2, 4 + (x.shape[2] - far.shape[2]) // 2] = 1
    x[0, 5 + (x.shape[1] - far.shape[1]) // 2, 5 + (x.shape[2] - far.shape[2]) // 2] = 0
    # the means stay those of the first data
    near, wide = (
        replace(problem, measurement=replace(problem.measurement, data=y)) for y in (far.clamp(-1, 2), far)
    )
    values = [objective(p, x, codes).total for p in (near, wide)]
    bounds = [certify(p, x, codes) for p in (near, wide)]
    gaps = [
        RelativeGap(p.measurement)(value, bound)
        for p, value, bound in zip((near, wide), values, bounds, strict=True)
    ]
    assert float(values[1]) > 1e9
    assert gaps[1] == pytest.approx(gaps[0], rel=1e-4)


@pytest.mark.parametrize("operator", MRI)
def test_a_sample_that_no_image_explains_does_not_hide_what_is_still_to_be_gained(operator: str) -> None:
    problem = random_problem("mean-free", operator)
    data = problem.measurement.data.clone()
    data[0, ..., data.shape[-2] // 2, data.shape[-1] // 2] += 1e5
    wide = with_data(problem, data)
    relative_gap = RelativeGap(wide.measurement)
    x = wide.measurement.domain.project(wide.measurement.start())
    value = objective(wide, x, Codes(torch.zeros_like(random_iterate(problem, 0)[1].state))).total
    assert 0.9 < float(relative_gap.fixed / value) <= 1 + 1e-12
    assert relative_gap(value + 5, value + 1) > 8 * float(4 / (value + 5))


def test_what_single_precision_cannot_prove_is_not_claimed() -> None:
    problem = random_problem(dtype=torch.float32, contrast=0.05)
    value = torch.tensor([3.0], dtype=torch.float64)
    assert RelativeGap(problem.measurement)(value, value) > 1e-7
    assert RelativeGap(problem.measurement)(value, value * (1 + 1e-8)) > 1e-7
