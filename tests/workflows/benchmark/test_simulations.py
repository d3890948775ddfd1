from __future__ import annotations

import numpy as np
import pytest

from recon_cli.files.named import Named
from recon_cli.workflows.benchmark.simulations import NoisyImage, noisy_simulations

IMAGES = [Named("a", np.full((300, 200), 0.5, np.float32)), Named("b", np.zeros((12, 12), np.float32))]


def _noisy(simulation: NoisyImage) -> np.ndarray:
    return simulation.measure().data[0].numpy()


def test_noise_has_its_level_and_is_another_one_for_each_image_and_draw() -> None:
    simulations = noisy_simulations(IMAGES, 20, 2)
    assert [(each.image, each.draw) for each in simulations] == [("a", 0), ("b", 0), ("a", 1), ("b", 1)]
    noise = [255 * (_noisy(each) - each.clean) for each in simulations]
    assert noise[0].std() == pytest.approx(20, rel=0.02)
    assert abs(np.corrcoef(noise[0].ravel(), noise[2].ravel())[0, 1]) < 0.02
    assert abs(np.corrcoef(noise[0].ravel()[:144], noise[1].ravel())[0, 1]) < 0.3
    np.testing.assert_array_equal(_noisy(simulations[0]), _noisy(simulations[0]))


def test_the_noise_is_that_of_the_tables() -> None:
    expected = np.random.default_rng(25_002).standard_normal((12, 12))
    noisy = _noisy(noisy_simulations(IMAGES, 25, 1)[1])
    np.testing.assert_array_equal(noisy, (25 / 255 * expected).astype(np.float32))
