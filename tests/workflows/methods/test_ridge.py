from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from recon_cli.workflows.denoising.denoise import DenoiseOptions
from recon_cli.workflows.methods.choosing import choose_method
from recon_cli.workflows.methods.ridge import ConvexRidge
from skimage import data

from recon_cli.errors import ReconError
from recon_cli.models.ridge import Strength
from recon_cli.quality.metrics import psnr
from recon_cli.workflows.denoising.pictures import denoise_picture
from recon_cli.workflows.denoising.tiles import smallest

from .photograph import denoised, with_noise


@pytest.mark.parametrize(("sigma", "gain"), [(40, 4), (10, 0.8)])
def test_it_denoises_at_any_level_with_a_certificate(ridge: Path, sigma: float, gain: float) -> None:
    method = choose_method("crr", DenoiseOptions(), str(ridge))
    done = denoised(method, sigma, gain)
    assert done.result.gap is not None
    assert 0 <= done.result.gap <= 1e-4 == method.tolerance(sigma)
    assert done.parameters == method.parameters(sigma) == Strength(8.0 * sigma / 25, 25 / sigma)
    assert (done.name, method.name, method.steps) == ("ridge", "crr", None)


def test_the_images_of_a_batch_do_not_touch_each_other(ridge: Path) -> None:
    method = ConvexRidge(DenoiseOptions(tolerance=1e-6), str(ridge))
    first, second = with_noise(25)[:, :32, :31], with_noise(25)[:, 32:, 33:]
    both = method.denoise(np.concatenate([first, second]), 25).images
    np.testing.assert_allclose(both[1:], method.denoise(second, 25).images, atol=1e-3)


def test_the_limits_are_kept(ridge: Path) -> None:
    done = ConvexRidge(DenoiseOptions(max_iterations=3), str(ridge)).denoise(with_noise(25), 25)
    assert (done.result.iterations, done.result.converged) == (3, False)
    assert ConvexRidge(DenoiseOptions(tolerance=0.02), str(ridge)).tolerance(25) == 0.02


def test_colours_are_denoised_together(ridge: Path) -> None:
    clean = data.astronaut()[20:84, 180:244].astype(np.float32).transpose(2, 0, 1)[None] / 255
    noisy = with_noise(25, clean)
    method = ConvexRidge(DenoiseOptions(), str(ridge))
    together, apart = (
        denoise_picture(noisy, np.array([25.0]), method, 2**30, colour)  # type: ignore[arg-type]
        for colour in ("joint", "channels")
    )
    assert psnr(together.planes, clean) > psnr(apart.planes, clean) + 0.3
    levels = [setting.sigma for setting in together.settings]
    assert levels == [pytest.approx(25 / math.sqrt(3)), 25]
    assert together.gap is not None
    assert together.gap <= 1e-4


def test_tiles_differ_little_from_the_whole(ridge: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clean = np.tile(data.camera()[:256, :256].astype(np.float32) / 255, (1, 1, 1, 1))
    noisy = with_noise(25, clean)
    method = ConvexRidge(DenoiseOptions(tolerance=1e-5), str(ridge))
    footprint = method.footprint(25)
    whole, tiled = (
        denoise_picture(noisy, np.array([25.0]), method, footprint.bytes(pixels))
        for pixels in (2**20, smallest(256, 256, footprint.frame))
    )
    assert (whole.tiles, tiled.tiles) == (1, 16)
    assert tiled.objective is None
    assert np.abs(whole.planes - tiled.planes).max() < 5e-3


def test_small_images_and_bad_levels_are_refused(ridge: Path) -> None:
    method = ConvexRidge(DenoiseOptions(), str(ridge))
    with pytest.raises(ReconError, match="the image has 1 x 9 pixels; the filters need 2 x 2"):
        method.denoise(with_noise(25)[:, :1, :9], 25)
    with pytest.raises(ReconError, match="--sigma has to be a positive number"):
        method.tolerance(0)
