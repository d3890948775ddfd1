"""One frame of k-space as a measurement."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from ...engine.domain import Box, Domain, UnitDisc
from ...engine.measurement import Measurement
from ...engine.operators.coils import CoilMaps
from ...engine.operators.fourier import Fourier, Origin
from ...errors import ReconError
from .coils import limit_maps

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
) -> Measurement:
    """Return the measurement of a frame.

    Args:
        samples: `(coils, height, width)`; what lies off the mask is ignored.
        mask: `(height, width)`, where k-space was sampled.
        image: the image model.
        fft: where image and k-space have their origin.
        maps: coil sensitivities, `(coils, height, width)`; needed with more than one coil.
        scale: k-space is multiplied by this, and the result divided, so that intensities suit the priors.

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
    sampling = Fourier(torch.from_numpy(mask), fft)
    data = samples * mask * np.float32(scale)
    if maps is None:
        return Measurement(sampling, data[:1], _domain(image), task="mri", scale=scale)
    maps, largest = limit_maps(maps)
    sensitivities = CoilMaps(torch.from_numpy(maps))
    domain = _domain(image, sensitivities.seen())
    # the image times the maps is what k-space holds
    return Measurement(sampling @ sensitivities, data[None], domain, task="mri", scale=scale * largest)


def _domain(image: ImageModel, support: torch.Tensor | None = None) -> Domain:
    return UnitDisc(support) if image == "complex" else Box(support)


def zero_filled(measurement: Measurement) -> NDArray[Any]:
    """Return the image that solvers start from, `(height, width)`, in the units of k-space, not clipped."""
    image: NDArray[Any] = measurement.images(measurement.start())[0].numpy()
    return image
