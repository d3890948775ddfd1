from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from recon_cli.engine.circulant import Circulant
from recon_cli.engine.domain import Box
from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators import Fourier
from recon_cli.engine.priors.dictionary.codes import Codes
from recon_cli.engine.priors.dictionary.problem import PatchProblem
from recon_cli.engine.solvers.joint_iteration import JointIteration
from recon_cli.engine.solvers.split import IMAGE, PROOF, SHORT, Split, code_penalties

from ...helpers import random_dictionary, random_images, random_problem
from ..operators.every import Times

OPEN = 0.1
"""Where the data leave something open, at most."""


def penalty(problem: PatchProblem) -> float:
    return JointIteration.of(problem).system.split_penalty


@pytest.mark.parametrize(
    ("operator", "beta", "expected"),
    [
        ("identity", 0.1, 0.5),
        ("crop", 0.7, 0.5),
        ("crop", 0.075, 0.5),
        ("fourier real", 0.1, OPEN),
        ("fourier complex", 0.7, OPEN),
        ("sense complex", 0.7, OPEN),
        ("hollow sense complex", 0.1, OPEN),
    ],
)
def test_the_penalty_of_the_split_follows_from_what_is_measured(
    operator: str, beta: float, expected: float
) -> None:
    problem = random_problem(operator=operator, beta=beta)
    if expected == OPEN:  # less where the patches hold the image less
        parts, overlap = problem.measurement.parts, JointIteration.of(problem).system.matrices.overlap
        typical = Circulant(problem.beta * overlap.symbol(parts), parts, overlap.stride).typical()
        expected = min(OPEN, 0.3 * typical)
    assert penalty(problem) == pytest.approx(expected)


def test_pixels_that_nothing_is_known_of_lower_the_penalty_unless_they_are_zero() -> None:
    problem = random_problem(operator="hollow sense real")
    anywhere = replace(problem.measurement, domain=Box())
    assert penalty(problem) == pytest.approx(0.1)
    assert penalty(replace(problem, measurement=anywhere)) == pytest.approx(0.03)


@pytest.mark.parametrize("operator", [Fourier(torch.ones(11, 13, dtype=torch.bool)), Times((11, 13), 3.0)])
def test_any_operator_whose_data_determine_the_image_has_a_high_penalty(
    operator: Fourier | Times,
) -> None:
    data = operator.forward(random_images(1, 11, 13))
    problem = PatchProblem.create(Measurement(operator, data), random_dictionary(4, 20), 0.7, 0.01)
    assert penalty(problem) == pytest.approx(0.3)


@pytest.mark.parametrize("split", [IMAGE, PROOF])
def test_the_penalty_of_the_data_falls_with_beta_but_in_short_iterations(split: Split) -> None:
    def penalty_at(beta: float, wanted: Split) -> float:
        problem = random_problem(beta=beta)
        return JointIteration.of(problem, wanted).system.split_penalty

    assert penalty_at(1e-3, split) < 0.7 * penalty_at(0.1, split) < 0.35
    assert penalty_at(1e3, split) == pytest.approx(0.5)
    assert penalty_at(1e-3, SHORT) == pytest.approx(0.5)


def test_large_codes_of_a_first_minimum_lower_the_penalty_of_those_of_the_second() -> None:
    def share(size: float, operator: str = "identity", weighted: bool = True) -> float:
        problem = random_problem(operator=operator)
        problem = replace(problem, measurement=replace(problem.measurement, task="mri"))
        weights = problem.start.new_full((20, problem.grid.columns), 0.4)
        problem = replace(problem, weights=weights if weighted else None)
        codes = Codes(torch.full((20, problem.grid.columns), size, dtype=torch.float64))
        return float((code_penalties(problem, codes) / code_penalties(problem)).mean())

    assert share(0.02) == pytest.approx(2**0.63 * share(0.04))
    assert 0.3 < share(0.04) < share(0.02) < 3
    assert share(0) == pytest.approx(3)
    assert share(100) == pytest.approx(0.3)
    assert share(0.02, weighted=False) == 1
    assert share(0.02, "sense complex") < share(0.02)
