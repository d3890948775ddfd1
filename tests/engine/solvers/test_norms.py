"""Operators whose norm is not 1, with every solver."""

from __future__ import annotations

from functools import lru_cache

import pytest
import torch

from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators import CoilMaps, Crop, Fourier, Identity, LinearOperator, Stack
from recon_cli.engine.priors.analysis import AnalysisProblem
from recon_cli.engine.priors.dictionary.problem import PatchProblem, objective
from recon_cli.engine.priors.dictionary.solution import PatchSolution
from recon_cli.engine.priors.total_variation import TotalVariation
from recon_cli.engine.solvers.coordinate_descent import coordinate_descent
from recon_cli.engine.solvers.ipalm import ipalm
from recon_cli.engine.solvers.joint_admm import joint_admm
from recon_cli.engine.solvers.primal_dual import primal_dual
from recon_cli.engine.solvers.quasi_newton import quasi_newton

from ...helpers import normal, random_dictionary, random_maps, random_mask, relative
from ..operators.every import Blur, Case, Times, matrix, measurement_of
from ..priors.ridge.subjects import some_problem

SHAPE = (9, 10)
OPERATORS: dict[str, LinearOperator] = {
    "three times": Times(SHAPE, 3.0),
    "a fifth": Times(SHAPE, 0.2),
    "blur": Blur(SHAPE),
    "crop of a blur": Crop((7, 8), 1) @ Blur(SHAPE),
    "loud coils": Fourier(random_mask(*SHAPE)) @ CoilMaps(3 * random_maps(2, *SHAPE)),
    "stack": Stack([Identity(SHAPE), Times(SHAPE, 2.0), Blur(SHAPE)]),
}
every_operator = pytest.mark.parametrize("name", OPERATORS)


def measured(name: str) -> Measurement:
    return measurement_of(Case(lambda _: OPERATORS[name]), 2 if name == "loud coils" else 1)


def weight_of(measurement: Measurement) -> float:
    """Return the square of the norm, by which the strength of a prior has to follow that of the data."""
    return measurement.norm**2


@lru_cache
def minimum(name: str) -> tuple[PatchProblem, PatchSolution]:
    measurement = measured(name)
    beta = 0.5 * weight_of(measurement)
    problem = PatchProblem.create(measurement, random_dictionary(3, 12), beta, 0.03)
    return problem, joint_admm(problem, tolerance=1e-6, max_iterations=5000)


@every_operator
def test_the_norms_are_far_from_one(name: str) -> None:
    largest = float(torch.linalg.svdvals(matrix(OPERATORS[name]))[0])
    assert not 0.6 < largest < 1.6


@every_operator
def test_joint_admm_comes_to_a_certified_minimum(name: str) -> None:
    problem, result = minimum(name)
    assert result.converged
    measurement = problem.measurement
    start = measurement.domain.project(measurement.start())
    nothing = torch.zeros_like(result.codes.dense())
    at_start = float(objective(problem, start, type(result.codes)(nothing)).total.sum())
    assert result.objective < 0.9 * at_start


@every_operator
def test_ipalm_comes_to_the_same_minimum(name: str) -> None:
    problem, best = minimum(name)
    slow = ipalm(problem, tolerance=1e-10)
    assert slow.converged
    assert 1 - 2e-6 <= slow.objective / best.objective <= 1 + 1e-5
    assert slow.objective - best.objective <= slow.gap * slow.objective
    assert relative(slow.image, best.image) < 2e-2


@every_operator
@pytest.mark.parametrize("inner", ["exact", "fista"])
def test_coordinate_descent_comes_to_the_same_minimum(name: str, inner: str) -> None:
    problem, best = minimum(name)
    swept = coordinate_descent(problem, steps=25, inner=inner)  # type: ignore[arg-type]
    assert 1 - 2e-6 <= swept.objective / best.objective <= 1 + 1e-3
    assert swept.objective - best.objective <= swept.gap * swept.objective
    assert relative(swept.image, best.image) < 5e-2


@every_operator
def test_quasi_newton_comes_to_the_minimum_of_a_slow_method(name: str) -> None:
    problem = some_problem(measured(name), 3.0)
    x = ahead = problem.measurement.start()
    for count in range(300):  # accelerated gradient steps
        new = problem.measurement.domain.project(ahead - problem.at(ahead).slope / problem.lipschitz)
        x, ahead = new, new + count / (count + 3) * (new - x)
    least = float(problem.at(x).value.sum())
    fast = quasi_newton(problem, tolerance=1e-7)
    assert fast.converged
    assert fast.objective is not None
    assert fast.gap is not None
    assert fast.objective <= least * (1 + 1e-6)
    assert least - fast.objective <= 1e-3 * least
    assert relative(fast.image, x) < 1e-2
    assert fast.gap < 1e-2


@every_operator
def test_total_variation_is_minimised_to_a_certified_gap(name: str) -> None:
    measurement = measured(name)
    problem = AnalysisProblem(measurement, TotalVariation(measurement.parts), 0.05 * weight_of(measurement))
    result = primal_dual(problem, tolerance=1e-5)
    assert result.converged
    assert result.objective is not None
    for size in (1e-1, 1e-2):
        for seed in range(3):
            other = result.image + size * normal(*result.image.shape, seed=seed)
            value = float(problem.objective(measurement.domain.project(other)).sum())
            assert value > result.objective * (1 - 1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("factor", [3.0, 0.2])
def test_a_multiple_of_the_image_has_the_minimum_of_the_image(factor: float) -> None:
    """`J(c H, c y, c^2 weight) = c^2 J(H, y, weight)`, for each kind of prior."""
    data = measured("blur").data
    plain = Measurement(Identity(SHAPE), data)
    loud = Measurement(Times(SHAPE, factor), factor * data)
    square, atoms = factor**2, random_dictionary(3, 12)
    solved = (
        [
            joint_admm(PatchProblem.create(m, atoms, 0.5 * s, 0.03), tolerance=1e-7, max_iterations=5000),
            quasi_newton(some_problem(m, 3.0 * s), tolerance=1e-9),
            primal_dual(AnalysisProblem(m, TotalVariation(), 0.1 * s), tolerance=1e-6),
        ]
        for m, s in ((plain, 1.0), (loud, square))
    )
    for one, other in zip(*solved, strict=True):
        assert one.converged
        assert other.converged
        assert other.objective == pytest.approx(square * one.objective, rel=1e-5)
        assert relative(other.image, one.image) < 5e-3
