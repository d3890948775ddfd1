"""A piece of a photograph with noise, and what holds for every prior that denoises it."""

from __future__ import annotations

import numpy as np
from skimage import data

from recon_cli import Measurement, Reconstruction, Solver, reconstruct
from recon_cli.operators import Identity
from recon_cli.priors import Prior
from recon_cli.quality.metrics import psnr

CLEAN = data.camera()[40:104, 180:244].astype(np.float32)[None] / 255


def with_noise(sigma: float, clean: np.ndarray = CLEAN) -> np.ndarray:
    """Return images with noise, the same at each call."""
    noise = np.random.default_rng(0).standard_normal(clean.shape).astype(np.float32)
    return clean + np.float32(sigma / 255) * noise


def denoise_by(
    prior: Prior, noisy: np.ndarray, sigma: float | None, solver: Solver | None = None
) -> Reconstruction:
    """Denoise `(images, height, width)`."""
    return reconstruct(Measurement(Identity(noisy.shape[1:]), noisy, sigma=sigma), prior, solver)  # type: ignore[arg-type]


def denoised(prior: Prior, sigma: float, gain: float, solver: Solver | None = None) -> Reconstruction:
    """Denoise the piece; the result is an image that gains more than so many dB, the input stays."""
    noisy = with_noise(sigma)
    before = noisy.copy()
    done = denoise_by(prior, noisy, sigma, solver)
    np.testing.assert_array_equal(noisy, before)
    image = done.image
    assert isinstance(image, np.ndarray)
    assert (image.shape, image.dtype) == (CLEAN.shape, np.float32)
    assert 0 <= image.min() <= image.max() <= 1
    assert psnr(image, CLEAN) > psnr(noisy, CLEAN) + gain
    return done
