from __future__ import annotations

import pytest
import torch

from recon_cli.engine.patches.grid import Boundary, PatchGrid
from recon_cli.engine.priors.dictionary.codes import Codes
from recon_cli.engine.priors.dictionary.dual_sums import certify
from recon_cli.engine.priors.dictionary.problem import Variant, objective
from recon_cli.engine.priors.dictionary.reweighting import Reweighting, activity
from recon_cli.engine.solvers.coordinate_descent import coordinate_descent
from recon_cli.engine.solvers.ipalm import ipalm
from recon_cli.engine.solvers.joint_admm import joint_admm

from ....helpers import (
    CASES,
    centred_slowly,
    fold_slowly,
    normal,
    objective_slowly,
    random_iterate,
    random_problem,
    relative,
    weighted,
)

every_case = pytest.mark.parametrize(("variant", "operator"), CASES)
RULE = Reweighting(
    torch.tensor(2.0, dtype=torch.float64),
    torch.linspace(0.01, 0.05, 20, dtype=torch.float64)[:, None],
    torch.tensor(0.6, dtype=torch.float64),
)


@pytest.mark.parametrize("radius", [0, 1, 3])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("boundary", ["inside", "periodic"])
def test_the_activity_is_a_mean_over_the_patches_around(radius: int, stride: int, boundary: Boundary) -> None:
    grid = PatchGrid(2, 14, 16, 4, stride, boundary)
    codes = Codes(normal(3, grid.columns), torch.tensor([[0.1], [0.5], [1.0]], dtype=torch.float64))
    found = activity(codes, grid, radius).view(3, 2, grid.rows, grid.cols)
    sizes = codes.dense().abs().view(3, 2, grid.rows, grid.cols)
    reach = radius // stride
    for row in range(grid.rows):
        for col in range(grid.cols):
            around = torch.arange(-reach, reach + 1)
            rows, cols = row + around, col + around
            if boundary == "periodic":
                rows, cols = rows % grid.rows, cols % grid.cols
            else:
                rows = rows[(rows >= 0) & (rows < grid.rows)]
                cols = cols[(cols >= 0) & (cols < grid.cols)]
            expected = sizes[:, :, rows][:, :, :, cols].mean((2, 3))
            torch.testing.assert_close(found[:, :, row, col], expected)


def test_weights_fall_where_an_atom_is_at_work() -> None:
    levels = torch.tensor([0.0, 0.03, 0.3], dtype=torch.float64).expand(20, 3)
    weights = RULE.weights(levels)
    torch.testing.assert_close(weights[:, 0], torch.full_like(weights[:, 0], 2.0))
    torch.testing.assert_close(weights[3, 1], 2 / (1 + 0.03 / RULE.scale[3, 0]) ** 0.6)
    assert bool((weights.diff(dim=1) < 0).all())


@every_case
def test_weighted_codes_satisfy_the_optimality_conditions(variant: Variant, operator: str) -> None:
    problem = weighted(random_problem(variant, operator))
    result = joint_admm(problem, tolerance=1e-6)
    assert result.converged
    x, codes = result.image, result.codes.dense()
    residual = centred_slowly(problem, x) - problem.dictionary @ codes
    correlation = problem.dictionary.T @ residual / problem.levels(problem.grid.whole)
    assert float(correlation.abs().max()) < 1.03
    active = codes.abs() > 1e-3
    assert bool(active.any())
    assert float((correlation - torch.sign(codes))[active].abs().max()) < 0.03
    misfit = problem.measurement.forward(x) - problem.measurement.data
    gradient = problem.measurement.adjoint(misfit) + problem.beta * fold_slowly(residual, x)
    assert float((x - problem.measurement.domain.project(x - gradient)).abs().max()) < 3e-3


@every_case
def test_no_iterate_is_below_the_bound(variant: Variant, operator: str) -> None:
    problem = weighted(random_problem(variant, operator, batch=2))
    best = joint_admm(problem, tolerance=1e-5)
    assert best.converged
    value = objective(problem, best.image, best.codes).total
    for seed in range(3):
        assert bool((certify(problem, *random_iterate(problem, seed)) <= value).all())
    assert relative(value, objective_slowly(problem, best.image, best.codes.dense())) < 1e-10


@pytest.mark.slow
def test_ipalm_finds_the_same_weighted_minimum() -> None:
    problem = weighted(random_problem())
    certified = joint_admm(problem, tolerance=1e-7)
    other = ipalm(problem, tolerance=1e-12)
    assert relative(other.image, certified.image) < 1e-3
    assert other.objective == pytest.approx(certified.objective, rel=1e-5)


def test_coordinate_descent_refuses_weights() -> None:
    with pytest.raises(ValueError, match="takes no weights"):
        coordinate_descent(weighted(random_problem()))
