from __future__ import annotations

import pytest
import torch
from torch import Tensor

from recon_cli.engine.priors.dictionary.codes import Codes
from recon_cli.engine.priors.dictionary.problem import PatchProblem, Variant, objective
from recon_cli.engine.priors.dictionary.shrinkage import shrink
from recon_cli.engine.result import Status
from recon_cli.engine.solvers.ipalm import ipalm

from ...helpers import (
    CASES,
    VARIANTS,
    assert_in_domain,
    centred_slowly,
    fold_slowly,
    held_share,
    patches_slowly,
    random_problem,
    relative,
    solved,
)

both_variants = pytest.mark.parametrize("variant", VARIANTS)
every_case = pytest.mark.parametrize(("variant", "operator"), CASES)


def iterations_slowly(problem: PatchProblem, count: int) -> tuple[Tensor, Tensor]:
    """Follow equations (13)-(16) patch by patch: image and codes after some iterations."""
    d = problem.dictionary.shape[0]
    step_a, step_x = 1.01, 1.01 * (problem.beta * d + 1)
    x = x_prev = problem.start
    a = a_prev = x.new_zeros(problem.dictionary.shape[1], problem.grid.columns)
    for m in range(1, count + 1):
        inertia = (m - 1) / (m + 2)
        b = a + inertia * (a - a_prev)
        gradient = problem.dictionary.T @ (problem.dictionary @ b - centred_slowly(problem, x))
        a, a_prev = shrink(b - gradient / step_a, problem.lam / step_a), a
        z = x + inertia * (x - x_prev)
        residual = centred_slowly(problem, z) - problem.dictionary @ a
        if problem.means is None:
            residual = residual - residual.mean(0)
        misfit = problem.measurement.forward(z) - problem.measurement.data
        slope = problem.measurement.adjoint(misfit) + problem.beta * fold_slowly(residual, z)
        x, x_prev = problem.measurement.domain.project(z - slope / step_x), x
    return x, a


@every_case
@pytest.mark.parametrize("count", [1, 2, 7])
def test_the_iterations_are_those_of_the_paper(variant: Variant, operator: str, count: int) -> None:
    problem = random_problem(variant, operator, batch=2, shape=(9, 10), contrast=1.0)
    image, codes = iterations_slowly(problem, count)
    result = ipalm(problem, max_iterations=count)
    assert result.iterations == count
    assert relative(result.image, image) < 1e-12
    torch.testing.assert_close(result.codes.dense(), codes)


@pytest.mark.parametrize(
    ("variant", "operator", "contrast"),
    [
        *((variant, operator, 0.3) for variant, operator in CASES),
        ("mean-free", "identity", 2.0),
        ("mean-free", "crop", 2.0),
        ("mean-free", "sense real", 2.0),
        ("fixed-mean", "sense complex", 2.0),
    ],
)
def test_ipalm_and_joint_admm_agree_on_the_minimum(variant: Variant, operator: str, contrast: float) -> None:
    problem, fast = solved(variant, operator, contrast)
    slow = ipalm(problem, tolerance=1e-11)
    assert slow.converged
    assert fast.converged
    assert relative(slow.image, fast.image) < 2e-3
    assert slow.objective == pytest.approx(fast.objective, rel=1e-5)
    assert fast.objective <= slow.objective * (1 + 1e-7)
    assert (contrast > 1) == (held_share(problem, fast.image) > 0.1)


@both_variants
def test_it_stops_when_the_objective_changes_little(variant: Variant) -> None:
    result = ipalm(random_problem(variant), tolerance=1e-5)
    values = [status.objective for status in result.history]
    changes = [abs(a - b) / a for a, b in zip(values[1:], values, strict=False)]
    assert result.converged
    assert result.iterations == len(values)
    assert changes[-1] <= 1e-5 < min(changes[:-1])
    assert [status.change for status in result.history][1:] == pytest.approx(changes)
    assert result.history[0].change is None


def test_too_few_iterations_are_reported() -> None:
    result = ipalm(random_problem(), max_iterations=3)
    assert not result.converged
    assert result.iterations == len(result.history) == 3


@every_case
def test_the_result_belongs_together(variant: Variant, operator: str) -> None:
    seen: list[Status] = []
    problem, best = solved(variant, operator)
    result = ipalm(problem, max_iterations=30, callback=seen.append)
    assert tuple(status._replace(image=None) for status in seen) == result.history
    assert seen[-1].image is result.image
    assert_in_domain(problem, result.image)
    value = float(objective(problem, result.image, result.codes).total.sum())
    assert result.objective == seen[-1].objective == pytest.approx(value, rel=1e-12)
    assert 0 < 1 - best.objective / value <= result.gap


@both_variants
def test_several_blocks_give_what_one_block_gives(variant: Variant, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = random_problem(variant, shape=(20, 24), batch=2)
    one = ipalm(problem, max_iterations=20)
    monkeypatch.setattr(PatchProblem, "blocks", lambda self, single=False: self.grid.blocks(100))
    assert relative(ipalm(problem, max_iterations=20).image, one.image) < 1e-12


def test_patch_means_are_those_of_the_start() -> None:
    problem = random_problem("fixed-mean", "crop")
    assert problem.means is not None
    assert relative(problem.means, patches_slowly(problem.start, 4).mean(0)) < 1e-12
    zero = Codes(problem.start.new_zeros(20, problem.grid.columns))
    assert (
        relative(problem.synthesise(zero), fold_slowly(problem.means.expand(16, -1), problem.start)) < 1e-12
    )
