from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data

from recon_cli.errors import ReconError
from recon_cli.models.ridge import Ridge, Strength
from recon_cli.priors.choosing import choose_prior
from recon_cli.priors.ridge import RidgePrior
from recon_cli.quality.metrics import psnr
from recon_cli.reconstruction import Reconstruction, reconstruct
from recon_cli.solver import Solver
from recon_cli.workflows.denoising.pictures import denoise_picture
from recon_cli.workflows.denoising.tiles import smallest
from recon_cli.workflows.mri.measurement import ImageModel, measure, zero_filled

from ..helpers import smoothed_variation as differences
from ..photograph import denoise_by, denoised
from ..photograph import with_noise as photograph_with_noise


def camera(height: int, width: int) -> NDArray[np.float32]:
    return data.camera()[60 : 60 + height, 200 : 200 + width].astype(np.float32) / 255


def with_noise(clean: NDArray[np.float32]) -> NDArray[np.float32]:
    noise = np.random.default_rng(1).standard_normal(clean.shape).astype(np.float32)
    return clean + 25 / 255 * noise


def by_ridge(
    noisy: NDArray[np.float32],
    ridge: Ridge,
    sigma: float,
    strength: Strength | None = None,
    solver: Solver | None = None,
) -> Reconstruction:
    return denoise_by(RidgePrior(ridge, strength), noisy, sigma, solver)


@pytest.mark.parametrize(("sigma", "gain"), [(40, 4), (10, 0.8)])
def test_it_denoises_at_any_level_with_a_certificate(ridge: Path, sigma: float, gain: float) -> None:
    prior = choose_prior("crr", "denoise", str(ridge))
    done = denoised(prior, sigma, gain)
    assert done.gap is not None
    assert 0 <= done.gap <= 1e-4 == done.used[0].tolerance
    assert done.used[0].parameters == Strength(8.0 * sigma / 25, 25 / sigma).as_json()
    assert (done.used[0].model, done.used[0].prior, prior.name) == ("ridge", "crr", "crr")


def test_the_images_of_a_batch_do_not_touch_each_other(ridge: Path) -> None:
    prior, solver, noisy = RidgePrior(str(ridge)), Solver(tolerance=1e-6), photograph_with_noise(25)
    first, second = noisy[:, :32, :31], noisy[:, 32:, 33:]
    both = denoise_by(prior, np.concatenate([first, second]), 25, solver).image
    np.testing.assert_allclose(both[1:], denoise_by(prior, second, 25, solver).image, atol=1e-3)


def test_the_limits_are_kept(ridge: Path) -> None:
    prior = RidgePrior(str(ridge))
    done = denoise_by(prior, photograph_with_noise(25), 25, Solver(max_iterations=3))
    assert (done.iterations, done.converged) == (3, False)
    assert prior.prepare("denoise", 25, Solver(tolerance=0.02)).used.tolerance == 0.02


def test_colours_are_denoised_together(ridge: Path) -> None:
    clean = data.astronaut()[20:84, 180:244].astype(np.float32).transpose(2, 0, 1)[None] / 255
    noisy = photograph_with_noise(25, clean)
    together, apart = (
        denoise_picture(noisy, np.array([25.0]), RidgePrior(str(ridge)), Solver(), 2**30, colour)  # type: ignore[arg-type]
        for colour in ("joint", "channels")
    )
    assert psnr(together.image, clean) > psnr(apart.image, clean) + 0.3
    levels = [used.sigma for used in together.used]
    assert levels == [pytest.approx(25 / math.sqrt(3)), pytest.approx(1.63 * 25)]
    assert together.gap is not None
    assert together.gap <= 1e-4


@pytest.mark.slow
def test_tiles_differ_little_from_the_whole(ridge: Path) -> None:
    clean = np.tile(data.camera()[:256, :256].astype(np.float32) / 255, (1, 1, 1, 1))
    noisy = photograph_with_noise(25, clean)
    prior, solver = RidgePrior(str(ridge)), Solver(tolerance=1e-5)
    footprint = prior.prepare("denoise", 25, solver).footprint
    whole, tiled = (
        denoise_picture(noisy, np.array([25.0]), prior, solver, footprint.bytes(pixels))
        for pixels in (2**20, smallest(256, 256, footprint.frame))
    )
    assert (whole.tiles, tiled.tiles) == (1, 16)
    assert tiled.objective is None
    assert np.abs(np.asarray(whole.image) - np.asarray(tiled.image)).max() < 5e-3


def test_small_images_and_bad_levels_are_refused(ridge: Path) -> None:
    prior = RidgePrior(str(ridge))
    with pytest.raises(ReconError, match="the image has 1 x 9 pixels; the filters need 2 x 2"):
        denoise_by(prior, photograph_with_noise(25)[:, :1, :9], 25)
    with pytest.raises(ReconError, match="--sigma has to be a positive number"):
        prior.prepare("denoise", 0, Solver())


def test_noise_goes_and_the_gap_is_certified() -> None:
    clean = np.stack([camera(40, 36), camera(40, 36)[::-1]])
    noisy = with_noise(clean)
    done = by_ridge(noisy, differences(), 25)
    assert done.image.shape == clean.shape
    assert psnr(done.image, clean) > psnr(noisy.clip(0, 1), clean) + 3
    assert done.converged
    assert done.gap is not None
    assert 0 <= done.gap <= 1e-4
    assert done.used[0].parameters == Strength(8.0, 1.0).as_json()


def test_mu_scales_the_argument() -> None:
    noisy = with_noise(camera(24, 24))[None]
    ridge = differences()
    wide = replace(ridge, spacings=ridge.spacings / 2)
    found = by_ridge(noisy, ridge, 25, Strength(3.0, 2.0)).image
    np.testing.assert_allclose(found, by_ridge(noisy, wide, 25, Strength(3.0, 1.0)).image, atol=1e-5)


def test_the_law_of_scales_solves_the_same_problem() -> None:
    noisy, solver = with_noise(0.4 + 0.2 * camera(24, 20))[None], Solver(tolerance=1e-6)
    whole = by_ridge(noisy, differences(), 25, None, solver).image
    half = by_ridge(0.5 * noisy, differences(), 12.5, None, solver)
    assert half.used[0].parameters == Strength(4.0, 2.0).as_json()
    np.testing.assert_allclose(2 * np.asarray(half.image), whole, atol=2e-4)


@pytest.mark.parametrize("shape", [(2, 2), (2, 31), (17, 23)])
def test_images_of_any_size_are_solved(shape: tuple[int, int]) -> None:
    noisy = with_noise(camera(*shape))[None]
    done = by_ridge(noisy, differences(), 25, None, Solver(max_iterations=200))
    assert done.converged
    assert done.image.shape == (1, *shape)
    turned = by_ridge(noisy.transpose(0, 2, 1).copy(), differences(), 25)
    assert turned.objective == pytest.approx(done.objective, rel=3e-4)


@pytest.mark.parametrize("image", ["real", "complex"])
def test_unsampled_frequencies_come_back(image: ImageModel) -> None:
    clean = camera(48, 48)
    mask = np.random.default_rng(2).random(clean.shape) < 0.5
    mask[:3, :3] = mask[-2:, :3] = mask[:3, -2:] = mask[-2:, -2:] = True
    samples = (np.fft.fft2(clean, norm="ortho") * mask).astype(np.complex64)[None]
    measurement = measure(2 * samples, mask, image=image, fft="uncentered", scale=0.5)
    done = reconstruct(measurement, RidgePrior(differences(), Strength(0.01, 1.0)))
    assert done.converged
    start = np.abs(zero_filled(measurement))
    assert psnr(np.abs(done.image[0]) / 2, clean) > psnr(start / 2, clean) + 2


def test_a_result_that_is_not_finite_is_none() -> None:
    ridge, noisy = differences(), with_noise(camera(16, 16))[None]
    huge = replace(ridge, kernels=ridge.kernels * 1e30)
    with pytest.raises(ReconError, match="not finite"):
        by_ridge(noisy, huge, 25, Strength(1.0, 1.0), Solver(max_iterations=20))


def test_what_is_missing_is_said() -> None:
    with pytest.raises(ReconError, match="the filters need 2 x 2"):
        by_ridge(np.zeros((1, 1, 8), np.float32), differences(), 25)
    bare = replace(differences(), tuned={})
    with pytest.raises(ReconError, match="no lam and mu for sigma 10"):
        by_ridge(np.zeros((1, 8, 8), np.float32), bare, 10)
    measurement = measure(np.ones((1, 8, 8), np.complex64), np.ones((8, 8), np.bool_))
    with pytest.raises(ReconError, match="no lam and mu for MRI"):
        reconstruct(measurement, RidgePrior(bare))
    with pytest.raises(ReconError, match="the measurement has no noise level"):
        denoise_by(RidgePrior(differences()), np.zeros((1, 8, 8), np.float32), None)
