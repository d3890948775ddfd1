"""`denoise` as a function for those of scikit-image that take one."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from skimage import data
from skimage.restoration import calibrate_denoiser
from skimage.util import apply_parallel

from recon_cli import denoise
from recon_cli.quality.metrics import psnr
from recon_cli.workflows.denoising.tiles import OVERLAP

CLEAN = data.camera()[100:228, 180:288].astype(np.float32) / 255
NOISY = CLEAN + 25 / 255 * np.random.default_rng(0).standard_normal(CLEAN.shape).astype(np.float32)


@pytest.mark.slow
def test_calibrate_denoiser_finds_the_noise_level_without_a_clean_image() -> None:
    levels: dict[str, Any] = {"sigma": [10.0, 25.0, 60.0]}
    fast = partial(denoise, mode="unrolled")
    calibrated, (tested, losses) = calibrate_denoiser(
        NOISY[:64, :64], fast, levels, stride=3, extra_output=True
    )
    assert tested[int(np.argmin(losses))] == {"sigma": 25.0}
    found = calibrated(NOISY[:64, :64])
    assert psnr(found, CLEAN[:64, :64]) > psnr(NOISY[:64, :64], CLEAN[:64, :64]) + 4


@pytest.mark.slow
def test_apply_parallel_gives_what_the_whole_image_gives() -> None:
    pytest.importorskip("dask")
    fast = partial(denoise, sigma=25, mode="unrolled")
    chunked = apply_parallel(fast, NOISY, chunks=(64, 108), depth=OVERLAP, mode="none", dtype=np.float32)
    np.testing.assert_allclose(chunked, fast(NOISY), atol=2e-3)
