from __future__ import annotations

import numpy as np
import pytest

from recon_cli.engine.operators.kernels import Kernel, gaussian
from recon_cli.models import registry
from recon_cli.workflows.images.equivalent_level import equivalent_level, mri_level


def test_without_a_blur_the_level_is_that_of_the_noise() -> None:
    assert equivalent_level(Kernel(np.ones((1, 1))), 1, 12.5) == pytest.approx(12.5)


def test_the_level_rises_with_the_blur_the_noise_and_the_factor() -> None:
    for levels in (
        [equivalent_level(gaussian(width), 1, 2) for width in (0.5, 1, 1.6, 3)],
        [equivalent_level(gaussian(1.6), 1, sigma) for sigma in (0.5, 2, 10)],
        [equivalent_level(gaussian(1), factor, 1) for factor in (1, 2, 3, 4)],
    ):
        assert levels == sorted(levels)
        assert levels[0] < 0.8 * levels[-1]


def test_it_is_near_the_levels_that_were_best_when_measured() -> None:
    assert equivalent_level(gaussian(1.0), 1, 2) == pytest.approx(16, rel=0.3)
    assert equivalent_level(gaussian(1.6), 1, 2) == pytest.approx(28, rel=0.3)
    assert equivalent_level(gaussian(1.0, 0.5), 2, 1) == pytest.approx(20, rel=0.3)


def test_it_stays_where_strengths_are_known_but_above_the_noise() -> None:
    assert equivalent_level(gaussian(8), 1, 20) == 60
    assert equivalent_level(gaussian(8), 1, 70) == 70


def test_a_large_kernel_is_taken_whole() -> None:
    assert equivalent_level(Kernel(np.pad(np.ones((1, 1)), 60)), 1, 5) == pytest.approx(5)


def test_mri_takes_weights_for_each_pixel_at_any_noise() -> None:
    passed = (np.random.default_rng(0).random((32, 32)) < 0.5).astype(float)
    for sigma in (0.001, 0.02, 0.5, 1, 5):
        assert registry.find_dictionary(None, mri_level(passed, sigma), "settled").name == "adaptive"
    assert mri_level(np.ones((32, 32)), 0.02) < 2
