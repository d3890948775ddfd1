from __future__ import annotations

import torch

from recon_cli.engine.measurement import Measurement
from recon_cli.engine.operators import Mask, Weights
from recon_cli.engine.priors.dictionary.problem import PatchProblem
from recon_cli.engine.solvers.joint_admm import joint_admm

from ...helpers import normal, random_dictionary, random_images, random_mask


def test_weights_of_one_and_zero_are_those_of_a_mask() -> None:
    measured, data = random_mask(9, 13), normal(2, 9, 13)
    mask, weights = Mask(measured), Weights(measured.double())
    torch.testing.assert_close(weights.start(mask.forward(data)), mask.start(mask.forward(data)))
    torch.testing.assert_close(weights.normal(data), mask.normal(data))
    assert torch.equal(weights.seen(), measured)


def test_the_first_image_is_the_data_without_weights() -> None:
    weights, image = Weights(normal(9, 13).abs() + 0.1), normal(2, 9, 13)
    torch.testing.assert_close(weights.start(weights.forward(image)), image)


def test_the_weighted_minimum_is_certified() -> None:
    """More weight brings the minimum nearer to the data, and the gap closes."""
    clean = random_images(1, 14, 15)
    noisy = clean + 0.2 * normal(1, 14, 15)
    levels = torch.ones(14, 15, dtype=torch.float64)
    levels[:, 8:] = 0.2
    levels[3, 4] = 0
    operator = Weights(levels)
    measurement = Measurement(operator, operator.forward(noisy))
    problem = PatchProblem.create(measurement, random_dictionary(4, 20), 0.7, 0.01)
    solution = joint_admm(problem, tolerance=1e-5, max_iterations=20_000)
    assert solution.converged
    away = (solution.image - noisy).abs()
    assert float(away[..., 8:].mean()) > 1.5 * float(away[..., :8].mean())
