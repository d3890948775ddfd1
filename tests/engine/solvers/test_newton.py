from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from recon_cli.engine.native.loading import kernels
from recon_cli.engine.patches.grid import Boundary
from recon_cli.engine.priors.dictionary.problem import PatchProblem, Variant, objective
from recon_cli.engine.solvers import joint_admm as solvers
from recon_cli.engine.solvers.joint_admm import joint_admm
from recon_cli.engine.solvers.joint_iteration import JointIteration
from recon_cli.engine.solvers.newton import Newton, suits

from ...helpers import VARIANTS, normal, random_problem, relative, weighted

pytestmark = pytest.mark.skipif(kernels().library is None, reason="the loops were not compiled")
both_variants = pytest.mark.parametrize("variant", VARIANTS)


def _problem(
    variant: Variant = "mean-free", operator: str = "identity", stride: int = 1, boundary: Boundary = "inside"
) -> PatchProblem:
    """Return a problem whose weights differ by some powers of ten."""
    problem = random_problem(
        variant,
        operator,
        shape=(13, 12),
        size=4,
        atoms=20,
        batch=2,
        lam=2e-3,
        contrast=1.5,
        dtype=torch.float32,
        stride=stride,
        boundary=boundary,
    )
    columns = problem.grid.columns
    return replace(problem, weights=(10 ** normal(20, columns, seed=5)).float())


def _begun(problem: PatchProblem, iterations: int = 10) -> Newton:
    before = JointIteration.of(problem)
    for _ in range(iterations):
        before.advance()
    return Newton(before)


@pytest.mark.slow
@both_variants
@pytest.mark.parametrize("operator", ["identity", "crop", "fourier"])
def test_a_few_steps_reach_the_minimum_of_many_iterations(variant: Variant, operator: str) -> None:
    problem = _problem(variant, operator)
    newton = _begun(problem)
    for _ in range(30):
        newton.advance()
    slowly = joint_admm(problem.double(), tolerance=1e-5, max_iterations=20000)
    assert slowly.converged
    total = float(newton.point.total.sum())
    assert slowly.objective * (1 - 1e-5) <= total <= slowly.objective * (1 + 1e-9)
    assert float((newton.box - slowly.image).abs().max()) < 2e-2
    lost = newton.point.total - newton.point.bound
    assert float((lost / newton.point.total).max()) < 1e-6
    assert float(lost.min()) > -1e-12


@pytest.mark.parametrize(("stride", "boundary"), [(2, "inside"), (2, "periodic"), (3, "inside")])
def test_every_grid_is_taken(stride: int, boundary: Boundary) -> None:
    newton = _begun(_problem(stride=stride, boundary=boundary))
    totals = [newton.point.total]
    for _ in range(30):
        newton.advance()
        assert bool((newton.point.total <= totals[-1] * (1 + 1e-12)).all())
        totals.append(newton.point.total)
    assert float(((newton.point.total - newton.point.bound) / newton.point.total).max()) < 1e-5


def test_the_gradient_is_that_of_j_with_the_best_codes() -> None:
    newton = _begun(_problem())
    point, way = newton.point, normal(*newton.box.shape, seed=3)
    inside = ((point.image > 0.01) & (point.image < 0.99)).double()
    slope = float((inside * way * (point.slope + point.pull)).sum())
    values = [float(newton._at(point.image + step * inside * way).total.sum()) for step in (1e-6, -1e-6)]
    assert (values[0] - values[1]) / 2e-6 == pytest.approx(slope, rel=1e-4)


def test_joint_admm_goes_on_from_the_result() -> None:
    problem = _problem()
    newton = _begun(problem)
    for _ in range(30):
        newton.advance()
    after = JointIteration.of(problem)
    after.go_on_from(newton.box.float(), newton.multiplier.float(), newton.codes)
    before = float(objective(problem, newton.box.float(), newton.codes).total.sum())
    for _ in range(3):
        after.advance()
    assert relative(after.box, newton.box.float()) < 1e-4
    assert float(objective(problem, after.box, after.codes).total.sum()) == pytest.approx(before, rel=1e-4)


def test_a_gap_that_falls_slowly_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = _problem()
    monkeypatch.setattr(solvers, "_LONG", 10)
    result = joint_admm(problem, tolerance=1e-6, max_iterations=300)
    assert result.converged
    assert 0 <= result.gap <= 1e-6
    assert result.iterations < 100
    assert [status.iteration for status in result.history] == sorted({s.iteration for s in result.history})
    counted = joint_admm(problem, tolerance=0.0, max_iterations=120)
    assert counted.iterations == 120
    assert result.image.dtype == result.codes.state.dtype == torch.float32
    again = joint_admm(problem, tolerance=1e-4, start=result)
    assert again.converged
    assert relative(again.image, result.image) < 1e-3


@both_variants
def test_it_is_for_weights_and_real_images(variant: Variant) -> None:
    assert suits(_problem(variant))
    assert not suits(random_problem(variant, dtype=torch.float32))
    assert not suits(weighted(random_problem(variant)))  # in double precision there are no kernels
