"""A piece of a photograph with noise, and what holds for every method that denoises it."""

from __future__ import annotations

import numpy as np
from recon_cli.workflows.methods.method import Method, Outcome
from skimage import data

from recon_cli.quality.metrics import psnr

CLEAN = data.camera()[40:104, 180:244].astype(np.float32)[None] / 255


def with_noise(sigma: float, clean: np.ndarray = CLEAN) -> np.ndarray:
    """Return images with noise, the same at each call."""
    noise = np.random.default_rng(0).standard_normal(clean.shape).astype(np.float32)
    return clean + np.float32(sigma / 255) * noise


def denoised(method: Method, sigma: float, gain: float) -> Outcome:
    """Denoise the piece; the result is an image that gains more than so many dB, the input stays."""
    noisy = with_noise(sigma)
    before = noisy.copy()
    done = method.denoise(noisy, sigma)
    np.testing.assert_array_equal(noisy, before)
    assert (done.images.shape, done.images.dtype) == (CLEAN.shape, np.float32)
    assert 0 <= done.images.min() <= done.images.max() <= 1
    assert psnr(done.images, CLEAN) > psnr(noisy, CLEAN) + gain
    return done
