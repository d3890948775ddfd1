from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from recon_cli.engine.operators.fourier import MaskedFourier, Sampling
from recon_cli.engine.operators.identity import Identity
from recon_cli.engine.operators.linear import LinearOperator
from recon_cli.engine.priors import smooth as module
from recon_cli.engine.priors.smooth import SmoothProblem
from recon_cli.engine.solvers.quasi_newton import quasi_newton

from ..priors.ridge.subjects import some_images, some_regulariser


def denoising(count: int = 1) -> SmoothProblem:
    return SmoothProblem(Identity((12, 13)), some_images(12, 13, count), some_regulariser(), 3.0)


def scan(parts: int = 1) -> SmoothProblem:
    mask = torch.rand(12, 12, generator=torch.Generator().manual_seed(2)) < 0.5
    mask[0, 0] = True
    operator = MaskedFourier(Sampling(mask, centred=False), parts)
    images = some_images(12, 12, parts).clamp(0, 1) / parts
    return SmoothProblem(operator, operator.forward(images), some_regulariser(), 0.2)


PROBLEMS = [denoising(), scan(), scan(2)]


@lru_cache
def slow_minimum(problem: SmoothProblem) -> tuple[float, Tensor]:
    """Plain projected gradient descent, far beyond where it no longer moves."""
    x = problem.operator.start(problem.data)
    for _ in range(2500):
        x = problem.domain.project(x - problem.terms(x)[1] / problem.lipschitz)
    return float(problem.terms(x)[0].sum()), x


@pytest.mark.parametrize("problem", [denoising(), scan()])
def test_terms_are_a_value_and_its_gradient(problem: SmoothProblem) -> None:
    x = problem.operator.start(problem.data)
    value, gradient = problem.terms(x)
    direction, h = torch.randn_like(x), 1e-6
    (above, _), (below, _) = (problem.terms(x + sign * h * direction) for sign in (1, -1))
    assert float((above - below) / (2 * h)) == pytest.approx(float((gradient * direction).sum()), rel=1e-5)
    assert float(value) < float(above + below)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_it_finds_the_minimum_of_a_slow_method(problem: SmoothProblem) -> None:
    least, image = slow_minimum(problem)
    tolerance = 1e-9 if isinstance(problem.operator, Identity) else 1e-7
    result = quasi_newton(problem, tolerance=tolerance)
    assert result.converged
    assert result.objective <= least * (1 + 1e-6)
    assert result.objective == pytest.approx(least, rel=1e-3)
    assert float((result.image - image).norm() / image.norm()) < 3e-3
    assert result.iterations < 250
    box = problem.domain.project(result.image)
    torch.testing.assert_close(box, result.image)
    if problem.operator.parts == 1:
        assert bool(((result.image == 0) | (result.image == 1)).any())


@pytest.mark.parametrize("problem", PROBLEMS)
def test_the_certified_gap_is_one_at_any_point(problem: SmoothProblem) -> None:
    least, _ = slow_minimum(problem)
    start = problem.domain.project(problem.operator.start(problem.data))
    for iterations in (1, 5, 20, 80):
        result = quasi_newton(problem, tolerance=1e-12, max_iterations=iterations, start=start)
        assert result.gap * result.objective >= result.objective - least - 1e-9
        assert not result.converged or result.gap < 1e-9


def test_the_gap_bounds_the_distance_in_denoising() -> None:
    problem = denoising()
    _, image = slow_minimum(problem)
    for iterations in (5, 10, 20):
        result = quasi_newton(problem, tolerance=1e-12, max_iterations=iterations)
        distance = float((result.image - image).square().sum())
        assert distance <= 2 * result.gap * result.objective + 1e-9


def test_a_batch_is_solved_like_its_images() -> None:
    together = denoising(3)
    result = quasi_newton(together, tolerance=1e-9)
    for place in range(3):
        alone = SmoothProblem(
            together.operator, together.data[place : place + 1], together.regulariser, together.lam
        )
        image = quasi_newton(alone, tolerance=1e-9).image[0]
        torch.testing.assert_close(result.image[place], image, atol=1e-4, rtol=0)


def test_large_images_take_the_channels_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    together, groups = denoising(2), denoising(2)
    x = together.operator.start(together.data)
    value, gradient = together.terms(x)
    monkeypatch.setattr(module, "_MOST_RESPONSES", 4 * 12 * 13)  # groups of 4 and 2 channels
    torch.testing.assert_close(groups.terms(x), (value, gradient))


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
    operator: LinearOperator = Identity((10, 10))
    problem = SmoothProblem(
        operator, torch.full((1, 10, 10), 0.3, dtype=torch.float64), some_regulariser(), 2.0
    )
    result = quasi_newton(problem)
    assert result.converged
    torch.testing.assert_close(result.image, problem.data)


def test_a_move_that_would_rise_is_shortened() -> None:
    problem = denoising()
    asked = []

    class Counted(SmoothProblem):
        def terms(self, x: Tensor) -> tuple[Tensor, Tensor]:
            asked.append(x)
            return super().terms(x)

    # whose first step suits a curvature of 1
    rash = Counted(problem.operator, problem.data, problem.regulariser, 300.0, 1e-6)
    result = quasi_newton(rash, tolerance=1e-12, max_iterations=5)
    assert len(asked) > 1 + result.iterations
    assert all(after.objective <= before.objective for before, after in pairwise(result.history))


def test_a_short_first_step_is_no_end() -> None:
    cautious = replace(scan(), smoothness=1e9)  # whose first steps move nothing
    result = quasi_newton(cautious)
    assert result.history[0].change is not None
    assert result.history[0].change < 1e-5
    assert result.objective == pytest.approx(slow_minimum(scan())[0], rel=1e-3)
