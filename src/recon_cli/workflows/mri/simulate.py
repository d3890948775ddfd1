"""K-space as a scanner would measure it from what its coils see."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...engine.operators.fourier import Origin
from ...errors import ReconError

_DISTANCE = 1.7
"""Of the coils from the middle, in halves of the field of view."""


def simulate(
    image: NDArray[np.floating[Any]] | NDArray[np.complexfloating[Any, Any]],
    mask: NDArray[np.bool_],
    noise: float,
    *,
    fft: Origin = "centered",
    seed: int = 0,
) -> NDArray[np.complex64]:
    """Return noisy samples of the orthonormal Fourier transform, zero off the mask.

    Args:
        image: `(..., height, width)`, intensities in [0, 1].
        mask: `(height, width)`, with its low frequencies where `fft` has them.
        noise: standard deviation of the complex noise, half of its variance in each part, of 255.
        fft: where image and k-space have their origin.
        seed: of the noise.

    Returns:
        Of the shape of the image.

    Raises:
        ReconError: when the noise is negative or not finite.
    """
    if not 0 <= noise < math.inf:
        raise ReconError(f"--sigma has to be zero or a positive number, and is {noise:g}", 2)
    rng = np.random.default_rng(seed)
    real, imaginary = rng.standard_normal((2, *image.shape)) / np.sqrt(2)
    noisy = transform(image, fft) + noise / 255 * (real + 1j * imaginary)
    return (noisy * mask).astype(np.complex64)


def transform(images: NDArray[Any], fft: Origin) -> NDArray[Any]:
    """Return the orthonormal Fourier transform of images, `(..., height, width)`.

    Args:
        images: real or complex.
        fft: where image and k-space have their origin.
    """
    plane = (-2, -1)
    samples = np.fft.fft2(np.fft.ifftshift(images, plane) if fft == "centered" else images, norm="ortho")
    return samples if fft == "uncentered" else np.fft.fftshift(samples, plane)


def images_of(samples: NDArray[Any], fft: Origin) -> NDArray[Any]:
    """Return the inverse of `transform`."""
    plane = (-2, -1)
    if fft != "uncentered":
        samples = np.fft.ifftshift(samples, plane)
    images = np.fft.ifft2(samples, norm="ortho")
    return np.fft.fftshift(images, plane) if fft == "centered" else images


def birdcage(coils: int, shape: tuple[int, int]) -> NDArray[np.complex128]:
    """Return maps of coils on a circle, each sensitive near itself, their squares summing to 1.

    Args:
        coils: how many.
        shape: height and width.

    Returns:
        `(coils, height, width)`.
    """
    y, x = (np.linspace(-1, 1, length) for length in shape)
    angle = 2 * np.pi * np.arange(coils)[:, None, None] / coils
    dx, dy = x - _DISTANCE * np.cos(angle), y[:, None] - _DISTANCE * np.sin(angle)
    maps = np.exp(1j * (np.arctan2(dx, -dy) - angle)) / np.hypot(dx, dy)
    return np.asarray(maps / np.sqrt((np.abs(maps) ** 2).sum(0)))
