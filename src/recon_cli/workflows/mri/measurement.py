"""One frame of k-space as a measurement."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from ...engine.certificate import GREY_LEVELS
from ...engine.domain import Box, UnitDisc
from ...engine.measurement import Measurement
from ...engine.operators.coils import CoilMaps
from ...engine.operators.fourier import Fourier, Origin
from ...errors import ReconError
from ..images.equivalent_level import mri_level
from .coils import compressed, limit_maps
from .noise import KSpaceNoise
from .phase import smooth_phase

ImageModel = Literal["real", "complex"]
"""Pixels in [0, 1], or complex ones of magnitude at most 1, whose real and imaginary part share the prior."""


def measure(
    samples: NDArray[np.complex64],
    mask: NDArray[np.bool_],
    *,
    image: ImageModel = "real",
    fft: Origin = "centered",
    maps: NDArray[np.complex64] | None = None,
    scale: float = 1.0,
    noise: KSpaceNoise | None = None,
    bound: float = 1.0,
) -> Measurement:
    """Return the measurement of a frame.

    Where the noise is known, the coils are whitened, and the strengths of priors follow from it. A complex
    image is turned by a smooth phase, that of its low frequencies, so that most of it is real.

    Args:
        samples: `(coils, height, width)`; what lies off the mask is ignored.
        mask: `(height, width)`, where k-space was sampled.
        image: the image model.
        fft: where image and k-space have their origin.
        maps: coil sensitivities, `(coils, height, width)`; needed with more than one coil.
        scale: k-space is multiplied by this, and the result divided, so that intensities suit the priors.
        noise: of k-space, or None where it is not known.
        bound: largest magnitude of a pixel after scaling.

    Raises:
        ReconError: when the shapes do not fit, or nothing is sampled.
    """
    coils, height, width = samples.shape
    if mask.shape != (height, width):
        raise ReconError(f"the mask has shape {mask.shape}, k-space has {(height, width)}")
    if not np.any(samples[:, mask]):
        raise ReconError("k-space holds no energy under the mask")
    if maps is None and coils > 1:
        raise ReconError(f"k-space of {coils} coils needs coil maps: --maps FILE or --maps auto")
    if maps is not None and maps.shape != samples.shape:
        raise ReconError(f"the coil maps have shape {maps.shape}, k-space has {samples.shape}")
    sampling, data = Fourier(torch.from_numpy(mask), fft), samples * mask
    largest, support = 1.0, None
    if maps is not None:
        if noise is not None:
            data, maps = noise.whitened(data), noise.whitened(maps)
            data, maps = compressed(data, maps, mask, noise.level)
        maps, largest = limit_maps(maps)
        support = CoilMaps(torch.from_numpy(maps)).seen()
    data = data * np.float32(scale)
    back: float | torch.Tensor = scale * largest
    if image == "complex":
        phase = smooth_phase(data, maps, fft)
        # the image times the maps is what k-space holds
        maps = phase[None] if maps is None else maps * phase
        back = torch.from_numpy((scale * largest * phase.conj()).astype(np.complex64))
    domain = UnitDisc(support, bound) if image == "complex" else Box(support, high=bound)
    if maps is None:
        measurement = Measurement(sampling, data[:1], domain, task="mri", scale=back)
    else:
        sense = sampling @ CoilMaps(torch.from_numpy(maps))
        measurement = Measurement(sense, data[None], domain, task="mri", scale=back)
    return measurement if noise is None else _at_level(measurement, noise.level * scale)


def _at_level(measurement: Measurement, noise: float) -> Measurement:
    """Return a measurement whose noise is known, as the standard deviation of complex data."""
    sigma = GREY_LEVELS * noise / math.sqrt(2)
    passed = measurement.operator.spectrum(torch.zeros(1)).numpy()
    if measurement.parts == 1:  # a sample of a real image says what the mirrored one does
        passed = (passed + np.roll(passed[::-1, ::-1], 1, (0, 1))) / 2
    level = mri_level(passed, sigma)
    return replace(measurement, sigma=level, weight=(level / sigma) ** 2)


def zero_filled(measurement: Measurement) -> NDArray[Any]:
    """Return the image that solvers start from, `(height, width)`, in the units of k-space, not clipped."""
    image: NDArray[Any] = measurement.images(measurement.start())[0].numpy()
    return image
