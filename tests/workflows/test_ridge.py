from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from recon_cli.workflows.mri.options import MriOptions
from recon_cli.workflows.ridge import denoise_by_ridge, reconstruct_by_ridge
from skimage import data

from recon_cli.errors import ReconError
from recon_cli.models.ridge import Strength
from recon_cli.quality.metrics import psnr

from ..helpers import smoothed_variation as differences


def camera(height: int, width: int) -> NDArray[np.float32]:
    return data.camera()[60 : 60 + height, 200 : 200 + width].astype(np.float32) / 255


def with_noise(clean: NDArray[np.float32]) -> NDArray[np.float32]:
    noise = np.random.default_rng(1).standard_normal(clean.shape).astype(np.float32)
    return clean + 25 / 255 * noise


def test_noise_goes_and_the_gap_is_certified() -> None:
    clean = np.stack([camera(40, 36), camera(40, 36)[::-1]])
    noisy = with_noise(clean)
    done = denoise_by_ridge(noisy, differences(), 25)
    assert done.images.shape == clean.shape
    assert psnr(done.images, clean) > psnr(noisy.clip(0, 1), clean) + 3
    assert done.result.converged
    assert done.result.gap is not None
    assert 0 <= done.result.gap <= 1e-4
    assert done.parameters == Strength(8.0, 1.0)


def test_mu_scales_the_argument() -> None:
    noisy = with_noise(camera(24, 24))[None]
    ridge = differences()
    wide = replace(ridge, spacings=ridge.spacings / 2)
    found = denoise_by_ridge(noisy, ridge, 25, Strength(3.0, 2.0)).images
    np.testing.assert_allclose(found, denoise_by_ridge(noisy, wide, 25, Strength(3.0, 1.0)).images, atol=1e-5)


def test_the_law_of_scales_solves_the_same_problem() -> None:
    noisy = with_noise(0.4 + 0.2 * camera(24, 20))[None]
    whole = denoise_by_ridge(noisy, differences(), 25, tolerance=1e-6).images
    half = denoise_by_ridge(0.5 * noisy, differences(), 12.5, tolerance=1e-6)
    assert half.parameters == Strength(4.0, 2.0)
    np.testing.assert_allclose(2 * half.images, whole, atol=2e-4)


@pytest.mark.parametrize("shape", [(2, 2), (2, 31), (17, 23)])
def test_images_of_any_size_are_solved(shape: tuple[int, int]) -> None:
    noisy = with_noise(camera(*shape))[None]
    done = denoise_by_ridge(noisy, differences(), 25, max_iterations=200)
    assert done.result.converged
    assert done.images.shape == (1, *shape)
    turned = denoise_by_ridge(noisy.transpose(0, 2, 1).copy(), differences(), 25)
    assert turned.result.objective == pytest.approx(done.result.objective, rel=3e-4)


@pytest.mark.parametrize("image", ["real", "complex"])
def test_unsampled_frequencies_come_back(image: str) -> None:
    clean = camera(48, 48)
    mask = np.random.default_rng(2).random(clean.shape) < 0.5
    mask[:3, :3] = mask[-2:, :3] = mask[:3, -2:] = mask[-2:, -2:] = True
    samples = (np.fft.fft2(clean, norm="ortho") * mask).astype(np.complex64)[None]
    options = MriOptions(image=image, fft="uncentered")  # type: ignore[arg-type]
    done = reconstruct_by_ridge(2 * samples, mask, differences(), options, Strength(0.01, 1.0), scale=0.5)
    assert done.result.converged
    assert psnr(np.abs(done.image) / 2, clean) > psnr(np.abs(done.zero_filled) / 2, clean) + 2


def test_a_result_that_is_not_finite_is_none() -> None:
    ridge, noisy = differences(), with_noise(camera(16, 16))[None]
    huge = replace(ridge, kernels=ridge.kernels * 1e30)
    with pytest.raises(ReconError, match="not finite"):
        denoise_by_ridge(noisy, huge, 25, Strength(1.0, 1.0), max_iterations=20)


def test_what_is_missing_is_said() -> None:
    with pytest.raises(ReconError, match="the filters need 2 x 2"):
        denoise_by_ridge(np.zeros((1, 1, 8), np.float32), differences(), 25)
    bare = replace(differences(), tuned={})
    with pytest.raises(ReconError, match="no lam and mu for sigma 10"):
        denoise_by_ridge(np.zeros((1, 8, 8), np.float32), bare, 10)
    samples, mask = np.ones((1, 8, 8), np.complex64), np.ones((8, 8), np.bool_)
    with pytest.raises(ReconError, match="no lam and mu for MRI"):
        reconstruct_by_ridge(samples, mask, bare, MriOptions())
