from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from recon_cli.engine.domain import Box, UnitDisc, to_images
from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators import Fourier, Identity
from recon_cli.engine.priors.smooth import Point, SmoothProblem
from recon_cli.engine.solvers.quasi_newton import quasi_newton

from ..priors.ridge.subjects import some_images, some_problem


def denoising(count: int = 1) -> SmoothProblem:
    return some_problem(Measurement(Identity((12, 13)), some_images(12, 13, count)), 3.0)


def scan(parts: int = 1) -> SmoothProblem:
    mask = torch.rand(12, 12, generator=torch.Generator().manual_seed(2)) < 0.5
    mask[0, 0] = True
    operator, domain = Fourier(mask, "uncentered"), Box() if parts == 1 else UnitDisc()
    images = to_images(some_images(12, 12, parts).clamp(0, 1) / parts, parts)
    return some_problem(Measurement(operator, operator.forward(images), domain), 0.2)


PROBLEMS = [denoising(), scan(), scan(2)]


@lru_cache
def slow_minimum(problem: SmoothProblem) -> tuple[float, Tensor]:
    """Plain projected gradient descent, far beyond where it no longer moves."""
    x = problem.measurement.start()
    for _ in range(2500):
        x = problem.measurement.domain.project(x - problem.at(x).slope / problem.lipschitz)
    return float(problem.at(x).value.sum()), x


@pytest.mark.parametrize("problem", [denoising(), scan()])
def test_a_point_has_a_value_and_its_gradient(problem: SmoothProblem) -> None:
    x = problem.measurement.start()
    point = problem.at(x)
    direction, h = torch.randn_like(x), 1e-6
    above, below = (problem.at(x + sign * h * direction) for sign in (1, -1))
    for rise, slope in (
        (above.value - below.value, point.slope),
        (above.prior - below.prior, point.pull),
    ):
        assert float(rise / (2 * h)) == pytest.approx(float((slope * direction).sum()), rel=1e-5)
    assert float(point.value) < float(above.value + below.value)


@pytest.mark.slow
@pytest.mark.parametrize("problem", PROBLEMS)
def test_it_finds_the_minimum_of_a_slow_method(problem: SmoothProblem) -> None:
    least, image = slow_minimum(problem)
    tolerance = 1e-9 if isinstance(problem.measurement.operator, Identity) else 1e-7
    result = quasi_newton(problem, tolerance=tolerance)
    assert result.converged
    assert result.objective <= least * (1 + 1e-6)
    assert result.objective == pytest.approx(least, rel=1e-3)
    assert float((result.image - image).norm() / image.norm()) < 3e-3
    assert result.iterations < 250
    box = problem.measurement.domain.project(result.image)
    torch.testing.assert_close(box, result.image)
    if problem.measurement.parts == 1:
        assert bool(((result.image == 0) | (result.image == 1)).any())


@pytest.mark.parametrize("problem", PROBLEMS)
def test_the_certified_gap_is_one_at_any_point(problem: SmoothProblem) -> None:
    least, _ = slow_minimum(problem)
    start = problem.measurement.domain.project(problem.measurement.start())
    for iterations in (1, 5, 20, 80):
        result = quasi_newton(problem, tolerance=1e-12, max_iterations=iterations, start=start)
        assert result.gap * result.objective >= result.objective - least - 1e-9
        assert not result.converged or result.gap < 1e-9


def test_the_gap_bounds_the_distance_in_denoising() -> None:
    problem = PROBLEMS[0]
    _, image = slow_minimum(problem)
    for iterations in (5, 10, 20):
        result = quasi_newton(problem, tolerance=1e-12, max_iterations=iterations)
        distance = float((result.image - image).square().sum())
        assert distance <= 2 * result.gap * result.objective + 1e-9


def test_a_batch_is_solved_like_its_images() -> None:
    together = denoising(3)
    result = quasi_newton(together, tolerance=1e-9)
    for place in range(3):
        data = together.measurement.data[place : place + 1]
        alone = replace(together, measurement=replace(together.measurement, data=data))
        image = quasi_newton(alone, tolerance=1e-9).image[0]
        torch.testing.assert_close(result.image[place], image, atol=1e-4, rtol=0)


def test_the_status_is_reported_and_the_limit_kept() -> None:
    seen = []
    result = quasi_newton(denoising(), tolerance=1e-12, max_iterations=6, callback=seen.append)
    assert [status.iteration for status in seen] == [1, 2, 3, 4, 5, 6]
    assert not result.converged
    assert all(after.objective < before.objective for before, after in pairwise(seen))
    assert seen[0].change is None
    quasi_newton(scan(), max_iterations=5, callback=seen.append)
    assert seen[-1].change is not None
    with pytest.raises(ValueError, match="at least 1 iteration"):
        quasi_newton(denoising(), max_iterations=0)


def test_constant_data_stay_as_they_are() -> None:
    data = torch.full((1, 10, 10), 0.3, dtype=torch.float64)
    problem = some_problem(Measurement(Identity((10, 10)), data), 2.0)
    result = quasi_newton(problem)
    assert result.converged
    torch.testing.assert_close(result.image, problem.measurement.data)


def test_a_move_that_would_rise_is_shortened() -> None:
    problem = denoising()
    asked = []

    class Counted(SmoothProblem):
        def at(self, x: Tensor) -> Point:
            asked.append(x)
            return super().at(x)

    # whose first step suits a curvature of 1
    rash = Counted(problem.measurement, problem.function, 300.0, 1e-6)
    result = quasi_newton(rash, tolerance=1e-12, max_iterations=5)
    assert len(asked) > 1 + result.iterations
    assert all(after.objective <= before.objective for before, after in pairwise(result.history))


def test_a_short_first_step_is_no_end() -> None:
    cautious = replace(PROBLEMS[1], smoothness=1e9)  # whose first steps move nothing
    result = quasi_newton(cautious)
    assert result.history[0].change is not None
    assert result.history[0].change < 1e-5
    assert result.objective == pytest.approx(slow_minimum(PROBLEMS[1])[0], rel=1e-3)
