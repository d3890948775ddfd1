"""The primal-dual method where an operator sees some things well and others hardly."""

from __future__ import annotations

import math
from functools import lru_cache

import pytest
import torch
from torch import Tensor

from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators import Convolution, Crop, LinearOperator, Mask, ParallelBeam
from recon_cli.engine.operators.kernels import gaussian
from recon_cli.engine.priors.analysis import AnalysisProblem
from recon_cli.engine.priors.total_variation import TotalVariation
from recon_cli.engine.result import SETTLED
from recon_cli.engine.solvers.condat import Condat
from recon_cli.engine.solvers.primal_dual import primal_dual

from ...helpers import normal
from ..operators.every import Times

SIDE = 24
OPERATORS: dict[str, LinearOperator] = {
    "crop of a blur": Crop((SIDE - 8, SIDE - 8), 4) @ Convolution((SIDE, SIDE), gaussian(1.6).taps),
    "holes": Mask(normal(SIDE, SIDE) > 0),
    "projections": ParallelBeam((SIDE, SIDE), range(0, 180, 12), SIDE),
}
every_operator = pytest.mark.parametrize("name", OPERATORS)


@lru_cache
def problem_of(name: str) -> AnalysisProblem:
    """Return a problem whose data count as much as those of cameras with low noise do."""
    operator = OPERATORS[name]
    image = torch.zeros(1, SIDE, SIDE, dtype=torch.float64)
    image[:, 6:16, 8:20] = 0.7
    data = operator.forward(image)
    loud = Times((data.shape[1], data.shape[2]), 10 / operator.norm(data)) @ operator
    data = loud.forward(image) + 0.05 * normal(*data.shape)
    return AnalysisProblem(Measurement(loud, data), TotalVariation(), 0.5)


@lru_cache
def minimum(name: str) -> tuple[float, Tensor]:
    problem = problem_of(name)
    solver = Condat(problem, problem.measurement.domain.project(problem.measurement.start()))
    for _ in range(1500):
        solver.advance()
    x, _ = solver.point
    return float(problem.objective(x)), x


@pytest.mark.slow
@every_operator
def test_a_few_hundred_steps_come_to_the_minimum(name: str) -> None:
    least, _ = minimum(name)
    found = primal_dual(problem_of(name), tolerance=0.0, max_iterations=200)
    assert found.objective is not None
    assert least * (1 - 1e-6) <= found.objective <= 1.02 * least


@every_operator
def test_an_image_that_has_settled_is_about_as_near_to_the_minimum_as_asked(name: str) -> None:
    problem = problem_of(name)
    _, least = minimum(name)
    found = primal_dual(problem, settled=1.0)
    assert found.converged
    assert found.rule is not None
    assert found.rule.quantity == SETTLED
    assert found.gap is not None
    distance = 255 * float((found.image - least).square().mean().sqrt())
    assert distance < 2.0
    assert math.isfinite(found.history[-1].change or math.inf)
    assert [status.gap for status in found.history if status.gap is not None] == [found.gap]
