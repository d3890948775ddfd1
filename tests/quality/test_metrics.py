from __future__ import annotations

import math

import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from recon_cli.quality.metrics import nrmse, psnr, ssim


def test_psnr_has_peak_one_and_clips_the_image() -> None:
    generator = np.random.default_rng(0)
    clean = generator.random((12, 15))
    noisy = clean + 0.3 * generator.standard_normal(clean.shape)
    assert psnr(noisy, clean) == pytest.approx(peak_signal_noise_ratio(clean, noisy.clip(0, 1), data_range=1))
    assert psnr(clean, clean) == math.inf


def test_ssim_is_one_for_equal_images_and_falls_with_noise() -> None:
    generator = np.random.default_rng(0)
    clean = generator.random((12, 15))
    assert ssim(clean, clean) == pytest.approx(1)
    assert ssim(clean + 0.1 * generator.standard_normal(clean.shape), clean) < 0.99


def test_nrmse_is_relative_to_the_reference_and_does_not_clip() -> None:
    clean = np.random.default_rng(0).random((12, 15))
    assert nrmse(clean, clean) == 0
    assert nrmse(np.zeros_like(clean), clean) == pytest.approx(1)
    assert nrmse(3 * clean, clean) == pytest.approx(2)
    assert nrmse(300 * clean, 100 * clean) == pytest.approx(2)
    assert nrmse(clean, 3 * clean) == pytest.approx(2 / 3)
    error = np.full_like(clean, 0.1)
    assert nrmse(clean + error, clean) == pytest.approx(np.sqrt((error**2).mean() / (clean**2).mean()))


def test_ssim_in_bands_is_that_of_the_whole() -> None:
    rng = np.random.default_rng(1)
    truth = rng.random((700, 500))
    image = (truth + 0.1 * rng.standard_normal(truth.shape)).clip(0, 1)
    whole = structural_similarity(image, truth, data_range=1.0)
    assert ssim(image, truth) == pytest.approx(whole, abs=1e-12)
