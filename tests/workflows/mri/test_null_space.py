from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from recon_cli.workflows.mri.masks import generate_mask
from recon_cli.workflows.mri.noise import noise_of_samples, noise_of_scan
from recon_cli.workflows.mri.null_space import beside_all_signal

from .acquisitions import coil_maps, noise, phantom, transform

SIDE = 96
MASK = generate_mask("cartesian", SIDE, SIDE, 0.4)
MASK[:, SIDE // 2 - 10 : SIDE // 2 + 10] = True


@pytest.mark.parametrize("coils", [2, 3, 4, 8])
@pytest.mark.parametrize("level", [0.002, 0.01, 0.1])
def test_the_noise_of_several_coils_is_told_from_their_signal(coils: int, level: float) -> None:
    clean = transform(coil_maps(coils, SIDE, SIDE) * phantom(SIDE))
    found = beside_all_signal(clean + noise(coils, SIDE, SIDE, level=level), MASK)
    assert found is not None
    assert found.is_noise
    assert found.level == pytest.approx(level, rel=0.25)


def test_coils_that_share_their_noise_have_about_the_level_of_a_noise_scan() -> None:
    covariance = 0.01**2 * (0.7 * np.eye(6) + 0.3)
    shared = np.einsum("ij,jyx->iyx", np.linalg.cholesky(covariance), noise(6, SIDE, SIDE, level=1))
    found = beside_all_signal(transform(coil_maps(6, SIDE, SIDE) * phantom(SIDE)) + shared, MASK)
    assert found is not None
    assert found.is_noise
    assert found.level == pytest.approx(noise_of_scan(covariance.astype(np.complex128)).level, rel=0.25)


def test_without_noise_none_is_found_and_no_more_than_the_signal_that_is_least() -> None:
    found = beside_all_signal(transform(coil_maps(6, SIDE, SIDE) * phantom(SIDE)), MASK)
    assert found is not None
    assert found.level < 1e-3


def test_a_square_that_is_too_small_says_nothing() -> None:
    few = np.zeros((SIDE, SIDE), bool)
    few[45:51, 45:51] = True
    assert beside_all_signal(noise(4, SIDE, SIDE), few) is None


def test_an_image_that_fills_the_field_is_no_noise_where_the_samples_say_so() -> None:
    """The windows of one coil then hold signal in every direction, far above the noise."""
    image = data.camera()[100:196, 200:296] / 255
    samples = (transform(image)[None] + noise(1, SIDE, SIDE, level=0.05)).astype(np.complex64)
    assert noise_of_samples(samples * MASK, MASK, True).level == pytest.approx(0.05, rel=0.4)
