"""What has to be known of an acquisition before it is reconstructed: mask, centring, phase, scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError

_REAL = 0.01
"""Share of the energy in the imaginary part below which an image counts as real."""
_FULL = 0.99
"""Share of non-zero samples from which on k-space counts as fully sampled."""
_BRIGHT = 0.999
"""Quantile that stands for the maximum, so that a few spikes do not matter."""
_AROUND, _SPARSEST = 3.0, 0.1
"""Samples around a sample, as a Gaussian, in which the density of a mask counts; and the least density."""
_TARGET = 0.8
"""Where it is mapped to: the domain must not cut the brightest pixels."""


def zeros_as_mask(samples: NDArray[np.complex64]) -> NDArray[np.bool_]:
    """Return where a frame, `(coils, height, width)`, was sampled: wherever any coil is not exactly zero."""
    return np.any(samples != 0, 0)


def _compensation(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return what samples are multiplied by for the density of a mask, zero off it, `(height, width)`."""
    rows, columns = (np.exp(-2 * (np.pi * _AROUND * np.fft.fftfreq(length)) ** 2) for length in mask.shape)
    density = np.fft.ifft2(np.fft.fft2(mask) * (rows[:, None] * columns)).real
    return np.where(mask, 1 / np.maximum(density, _SPARSEST), 0)


def check_full(samples: NDArray[np.complex64], wanted: str) -> None:
    """Raise a ReconError when a generated mask would undersample k-space that already is."""
    share = float(zeros_as_mask(samples).mean())
    if share < _FULL:
        raise ReconError(
            f"k-space is already undersampled, {share:.0%} of it is not zero; leave out --mask {wanted}, its "
            "zeros are the mask",
            2,
        )


def has_phase(samples: NDArray[np.complex64], centred: bool) -> bool:
    """Return whether the image is complex, judged by the low frequencies of one coil.

    Args:
        samples: `(1, height, width)`.
        centred: whether the origin is in the middle.
    """
    plane = samples[0].astype(np.complex128)
    if centred:
        plane = np.fft.ifftshift(plane)
    height, width = plane.shape
    rows, cols = np.fft.fftfreq(height), np.fft.fftfreq(width)
    coarse = plane * ((np.abs(rows)[:, None] < 1 / 16) & (np.abs(cols) < 1 / 16))
    image = np.fft.ifft2(coarse)
    imaginary = float((image.imag**2).sum()) / max(float((np.abs(image) ** 2).sum()), 1e-300)
    return imaginary > _REAL or float(image.real.sum()) <= 0


def robust_scale(samples: NDArray[np.complex64], masks: NDArray[np.bool_]) -> float:
    """Return the factor that maps the brightest pixels to 0.8, of images from zero-filled k-space.

    Samples count by how many places without any they stand for, at most ten, so that bright structures that
    need high frequencies are not underrated.

    Args:
        samples: `(frames, coils, height, width)`.
        masks: `(frames, height, width)` or `(1, height, width)`.

    Raises:
        ReconError: when no energy lies under the mask.
    """
    largest = 0.0
    for frame, mask in zip(samples, np.broadcast_to(masks, (len(samples), *masks.shape[1:])), strict=True):
        # where the origin lies changes phase and place, not the magnitudes
        coils = np.fft.ifft2(frame * _compensation(mask), norm="ortho")
        magnitude = np.sqrt((np.abs(coils) ** 2).sum(0))
        largest = max(largest, float(np.quantile(magnitude, _BRIGHT)))
    if largest == 0:
        raise ReconError("k-space holds no energy under the mask")
    return _TARGET / largest
