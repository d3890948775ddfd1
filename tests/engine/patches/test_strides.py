"""Every solver on grids with a stride, inside and periodic."""

from __future__ import annotations

import pytest
import torch

from recon_cli.engine.learning.minimum import Effort, minimum_image
from recon_cli.engine.patches.grid import Boundary
from recon_cli.engine.priors.dictionary.dual_sums import certify
from recon_cli.engine.priors.dictionary.problem import PatchProblem, Variant, objective
from recon_cli.engine.solvers.coordinate_descent import coordinate_descent
from recon_cli.engine.solvers.ipalm import ipalm
from recon_cli.engine.solvers.joint_admm import joint_admm

from ...helpers import (
    VARIANTS,
    assert_in_domain,
    centred_slowly,
    fold_slowly,
    objective_slowly,
    random_iterate,
    random_problem,
    relative,
    weighted,
)

GRIDS: list[tuple[int, Boundary]] = [
    (2, "inside"),
    (3, "inside"),
    (1, "periodic"),
    (2, "periodic"),
    (3, "periodic"),
]
every_grid = pytest.mark.parametrize("grid", GRIDS, ids=str)
few_grids = pytest.mark.parametrize("grid", [GRIDS[0], GRIDS[2], GRIDS[4]], ids=str)
"""Each boundary and each stride."""
operators = pytest.mark.parametrize("operator", ["identity", "crop", "fourier real", "sense complex"])


def problem_of(
    grid: tuple[int, Boundary], operator: str = "identity", variant: Variant = "mean-free"
) -> PatchProblem:
    stride, boundary = grid
    return random_problem(variant, operator, stride=stride, boundary=boundary, beta=0.7 * stride**2)


@every_grid
@operators
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_objective_is_that_of_a_loop_over_patches(
    grid: tuple[int, Boundary], operator: str, variant: Variant
) -> None:
    problem = weighted(problem_of(grid, operator, variant))
    x, codes = random_iterate(problem)
    value = objective(problem, x, codes).total
    expected = objective_slowly(problem, x, codes.dense())
    assert relative(value, expected.view(value.shape[0], -1).sum(1)) < 1e-12


@pytest.mark.parametrize(
    ("grid", "operator"),
    [
        *((grid, "identity") for grid in GRIDS),
        ((2, "inside"), "crop"),
        ((3, "inside"), "fourier real"),
        ((1, "periodic"), "crop"),
        ((2, "periodic"), "fourier real"),
        ((3, "inside"), "sense complex"),
        ((3, "periodic"), "sense complex"),
    ],
    ids=str,
)
def test_the_certified_minimum_satisfies_the_optimality_conditions(
    grid: tuple[int, Boundary], operator: str
) -> None:
    problem = problem_of(grid, operator)
    result = joint_admm(problem, tolerance=1e-6, max_iterations=5000)
    assert result.converged
    assert_in_domain(problem, result.image)
    x, codes = result.image, result.codes.dense()
    residual = centred_slowly(problem, x) - problem.dictionary @ codes
    correlation = problem.dictionary.T @ residual / problem.lam
    assert float(correlation.abs().max()) < 1.03
    active = codes.abs() > 1e-3
    assert bool(active.any())
    assert float((correlation - torch.sign(codes))[active].abs().max()) < 0.03
    misfit = problem.measurement.forward(x) - problem.measurement.data
    folded = fold_slowly(residual, x, *grid)
    gradient = problem.measurement.adjoint(misfit) + problem.beta * folded
    assert float((x - problem.measurement.domain.project(x - gradient)).abs().max()) < 3e-3


@pytest.mark.slow
@few_grids
def test_ipalm_and_coordinate_descent_come_to_the_same_minimum(grid: tuple[int, Boundary]) -> None:
    problem = problem_of(grid)
    certified = joint_admm(problem, tolerance=1e-7, max_iterations=5000)
    inertial = ipalm(problem, tolerance=1e-12)
    assert inertial.objective == pytest.approx(certified.objective, rel=1e-5)
    descended = coordinate_descent(problem, tolerance=1e-7, max_iterations=3000)
    assert descended.objective == pytest.approx(certified.objective, rel=1e-3)


@few_grids
@pytest.mark.parametrize("variant", VARIANTS)
def test_no_iterate_is_below_the_bound(grid: tuple[int, Boundary], variant: Variant) -> None:
    problem = weighted(problem_of(grid, variant=variant))
    best = joint_admm(problem, tolerance=1e-6, max_iterations=5000)
    assert best.converged
    value = objective(problem, best.image, best.codes).total
    for seed in range(3):
        assert bool((certify(problem, *random_iterate(problem, seed)) <= value).all())


@pytest.mark.slow
@pytest.mark.parametrize("grid", [(2, "inside"), (2, "periodic")], ids=str)
def test_gradients_agree_with_finite_differences(grid: tuple[int, Boundary]) -> None:
    problem = problem_of(grid)
    effort = Effort(minimum=250, derivative=250)

    def loss(beta: torch.Tensor, lam: torch.Tensor) -> torch.Tensor:
        denoised = minimum_image(
            problem.measurement, problem.dictionary, beta, lam, effort, stride=grid[0], boundary=grid[1]
        )
        return (denoised - 0.4).square().sum()

    beta = torch.tensor(problem.beta, dtype=torch.float64, requires_grad=True)
    lam = problem.lam.flatten().clone().requires_grad_()
    loss(beta, lam).backward()
    step = 1e-4
    with torch.no_grad():
        numeric = (loss(beta + step, lam) - loss(beta - step, lam)) / (2 * step)
        assert float(beta.grad) == pytest.approx(float(numeric), rel=1e-3)
        along = torch.linspace(0.5, 1.5, len(lam), dtype=torch.float64) * lam
        numeric = (loss(beta, lam + step * along) - loss(beta, lam - step * along)) / (2 * step)
        assert float(lam.grad @ along) == pytest.approx(float(numeric), rel=1e-3)
