from __future__ import annotations

from dataclasses import replace

import torch

from recon_cli.engine.solvers.first_image import first_image

from ...helpers import random_problem


def test_in_mri_the_first_image_explains_more_of_the_data_than_the_zero_filled_one() -> None:
    problem = random_problem(operator="sense complex")
    problem = replace(problem, measurement=replace(problem.measurement, task="mri"))
    measurement = problem.measurement

    def left(image: torch.Tensor) -> float:
        return float(measurement.data_term(measurement.forward(image)))

    assert left(first_image(problem)) < 0.3 * left(problem.start)


def test_elsewhere_it_is_that_of_the_problem() -> None:
    for operator in ("identity", "sense complex"):
        problem = random_problem(operator=operator)
        assert first_image(problem) is problem.start
