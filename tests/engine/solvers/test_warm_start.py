from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from recon_cli.engine.priors.dictionary.problem import Variant
from recon_cli.engine.solvers.coordinate_descent import coordinate_descent
from recon_cli.engine.solvers.joint_admm import joint_admm

from ...helpers import CASES, MRI, random_problem, relative, weighted

every_case = pytest.mark.parametrize(("variant", "operator"), CASES)


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
def test_a_warm_start_reaches_the_same_minimum(variant: Variant, operator: str, contrast: float) -> None:
    problem = random_problem(variant, operator, contrast=contrast)
    other = replace(problem, beta=1.2 * problem.beta, lam=1.3 * problem.lam)
    tolerance = 1e-4 if operator in MRI else 1e-5
    cold = joint_admm(problem, tolerance=tolerance)
    warm = joint_admm(problem, tolerance=tolerance, start=joint_admm(other))
    assert warm.converged
    assert warm.objective == pytest.approx(cold.objective, rel=2 * tolerance)
    assert relative(warm.image, cold.image) < 0.02


@every_case
@pytest.mark.parametrize("weights", [False, True])
def test_its_own_minimum_is_found_again_at_once(variant: Variant, operator: str, weights: bool) -> None:
    problem = random_problem(variant, operator, contrast=2.0)
    problem = weighted(problem) if weights else problem
    cold = joint_admm(problem)
    warm = joint_admm(problem, start=cold)
    assert warm.iterations <= min(10, cold.iterations - 1)
    assert warm.gap <= 1e-3


def test_going_on_is_as_good_as_not_having_stopped() -> None:
    problem = random_problem(contrast=2.0)
    whole = joint_admm(problem, tolerance=0.0, max_iterations=40)
    half = joint_admm(problem, tolerance=0.0, max_iterations=20)
    rest = joint_admm(problem, tolerance=0.0, max_iterations=20, start=half)
    assert rest.objective == pytest.approx(whole.objective, rel=1e-4)
    assert rest.gap < half.gap


def test_the_start_is_left_as_it_was() -> None:
    problem = random_problem()
    first = joint_admm(problem)
    before = [first.image.clone(), first.codes.state.clone()]
    joint_admm(problem, start=first, tolerance=1e-6)
    assert all(torch.equal(a, b) for a, b in zip(before, (first.image, first.codes.state), strict=True))


def test_the_result_of_another_solver_is_refused() -> None:
    problem = random_problem()
    with pytest.raises(ValueError, match="no result of joint ADMM"):
        joint_admm(problem, start=coordinate_descent(problem, steps=1))


@pytest.mark.parametrize("forth", [True, False])
def test_weights_may_come_and_go(forth: bool) -> None:
    """The same weight everywhere is another lam."""
    plain = random_problem(lam=0.02, contrast=2.0)
    same = replace(plain, lam=plain.lam / 2, weights=torch.full_like(weighted(plain).weights, 2.0))  # type: ignore[arg-type]
    before, after = (plain, same) if forth else (same, plain)
    cold = joint_admm(before)
    assert joint_admm(after).iterations > 10
    warm = joint_admm(after, start=cold)
    assert warm.iterations <= 10
    assert warm.objective == pytest.approx(cold.objective, rel=1e-3)
