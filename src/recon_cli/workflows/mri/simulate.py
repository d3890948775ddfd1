"""K-space as a scanner with one coil would measure it from an image."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError


def simulate(
    image: NDArray[np.float32],
    mask: NDArray[np.bool_],
    noise: float,
    *,
    centred: bool = True,
    seed: int = 0,
) -> NDArray[np.complex64]:
    """Return noisy samples of the orthonormal Fourier transform, zero off the mask.

    Args:
        image: `(..., height, width)`, intensities in [0, 1].
        mask: `(height, width)`, in the convention of `centred`.
        noise: standard deviation of the complex noise, half of its variance in each part, of 255.
        centred: whether the origin of image and k-space is in the middle, or at `(0, 0)`.
        seed: of the noise.

    Returns:
        Of the shape of the image.

    Raises:
        ReconError: when the noise is negative or not finite.
    """
    if not 0 <= noise < math.inf:
        raise ReconError(f"--noise has to be zero or a positive number, and is {noise:g}", 2)
    rng = np.random.default_rng(seed)
    real, imaginary = rng.standard_normal((2, *image.shape)) / np.sqrt(2)
    if centred:
        shifted = np.fft.ifftshift(image, (-2, -1))
        samples = np.fft.fftshift(np.fft.fft2(shifted, norm="ortho"), (-2, -1))
    else:
        samples = np.fft.fft2(image, norm="ortho")
    noisy = samples + noise / 255 * (real + 1j * imaginary)
    return (noisy * mask).astype(np.complex64)
