from __future__ import annotations

import math

import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio

from recon_cli.reporting.metrics import psnr, ssim


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
