"""One frame of k-space as a measurement."""

from __future__ import annotations

import math
from typing import Any, Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from ...engine.certificate import GREY_LEVELS
from ...engine.domain import Box, UnitDisc
from ...engine.measurement import Measurement
from ...engine.operators.coil_sets import coils_of
from ...engine.operators.fourier import Fourier, Origin
from ...engine.operators.linear import LinearOperator
from ...errors import ReconError
from ..images.equivalent_level import mri_level
from .coils import compressed, limit_maps
from .noise import KSpaceNoise
from .phase import smooth_phase

_FAINTEST = 0.02
"""Least noise level, in grey levels: less is no more than the solver leaves, and takes it long."""
ImageModel = Literal["real", "complex"]
"""Pixels in [0, 1], or complex ones of magnitude at most 1, whose real and imaginary part share the prior."""


class Readouts(NamedTuple):
    """Samples that lie on no grid.

    Attributes:
        operator: from images to samples.
        samples: `(coils, samples)`.
    """

    operator: LinearOperator
    samples: NDArray[np.complex64]


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
    readouts: Readouts | None = None,
    coils: int | None = None,
) -> Measurement:
    """Return the measurement of a frame.

    Where the noise is known, the coils are whitened, and the strengths of priors follow from it. A complex
    image is turned by a smooth phase, that of its low frequencies, so that most of it is real.

    Args:
        samples: `(coils, height, width)`; what lies off the mask is ignored.
        mask: `(height, width)`, where k-space was sampled.
        image: the image model.
        fft: where image and k-space have their origin.
        maps: coil sensitivities, `(coils, height, width)`, needed with more than one coil; or several sets of
            them, `(sets, coils, height, width)`, of which a real image takes the first.
        scale: k-space is multiplied by this, and the result divided, so that intensities suit the priors.
        noise: of k-space, or None where it is not known.
        bound: largest magnitude of a pixel after scaling.
        readouts: what was measured in place of samples of a grid, which are then what readouts make of them.
        coils: most combinations of coils that are kept where the noise is known; None for all that hold more.

    Raises:
        ReconError: when the shapes do not fit, or nothing is sampled.
    """
    count, height, width = samples.shape
    if mask.shape != (height, width):
        raise ReconError(f"the mask has shape {mask.shape}, k-space has {(height, width)}")
    if not np.any(samples[:, mask]):
        raise ReconError("k-space holds no energy under the mask")
    if maps is None and count > 1:
        raise ReconError(f"k-space of {count} coils needs coil maps: --maps FILE or --maps auto")
    if maps is not None and maps.ndim > 3 and image == "real":
        maps = maps[0]
    if maps is not None and maps.shape[-3:] != samples.shape:
        raise ReconError(
            f"the coil maps have shape {maps.shape}, k-space has {samples.shape}; give maps of all its "
            "coils and pixels, or leave --maps out, so that they are estimated"
        )
    gridded, given = samples * mask, maps
    sampling: LinearOperator = Fourier(torch.from_numpy(mask), fft)
    data, taken = gridded, mask
    if readouts is not None:
        sampling, data = readouts.operator, readouts.samples[:, None]
        taken = np.ones(data.shape[1:], bool)
    largest, support, level = 1.0, None, noise.level if noise else 0.0
    if maps is not None:
        if noise is not None:
            data, maps, level = _whitened(data, maps, noise)
            data, maps = compressed(data, maps, taken, level, coils)
        maps, largest = limit_maps(maps)
        support = coils_of(maps).seen()
    data = data * np.float32(scale)
    back: float | torch.Tensor = scale * largest
    if image == "complex":
        phase = smooth_phase(data, maps, fft) if readouts is None else smooth_phase(gridded, given, fft)
        # the image times the maps is what k-space holds
        maps = phase[None] if maps is None else maps * phase[..., None, :, :]
        back = torch.from_numpy((scale * largest * phase.conj()).astype(np.complex64).reshape(-1, width))
    domain = UnitDisc(support, bound) if image == "complex" else Box(support, high=bound)
    operator = sampling
    data = data if readouts is None else data[:, 0]
    data = data[:1] if maps is None else data[None]
    sets, of_first = 1, operator
    if maps is not None:
        operator = of_first = sampling @ coils_of(maps)
        if maps.ndim > 3:
            sets, of_first = len(maps), sampling @ coils_of(maps[0])
    sigma, weight = (None, 1.0) if noise is None else _strengths(of_first, domain.parts, level * scale)
    return Measurement(operator, data, domain, sigma, "mri", back, weight=weight, sets=sets)


def _whitened(
    data: NDArray[np.complex64], maps: NDArray[np.complex64], noise: KSpaceNoise
) -> tuple[NDArray[np.complex64], NDArray[np.complex64], float]:
    """Return samples and maps of coils with white noise, and its level, the maps' largest power kept."""
    if noise.whitening is None:
        return data, maps, noise.level
    white = noise.whitened(maps)
    _, before = limit_maps(maps)
    white, after = limit_maps(white)
    factor = np.float32(before / after)
    return noise.whitened(data) * factor, white * np.float32(before), noise.level * float(factor)


def _strengths(operator: LinearOperator, parts: int, noise: float) -> tuple[float, float]:
    """Return the noise level whose strengths suit, and the weight of the data with which they do.

    Args:
        operator: from image to samples.
        parts: planes of an image.
        noise: standard deviation of the complex noise, after scaling.
    """
    sigma = max(GREY_LEVELS * noise / math.sqrt(2), _FAINTEST)
    passed = operator.spectrum(torch.zeros(1)).numpy()
    if parts == 1:  # a sample of a real image says what the mirrored one does
        passed = (passed + np.roll(passed[::-1, ::-1], 1, (0, 1))) / 2
    level = mri_level(passed, sigma)
    return level, (level / sigma) ** 2


def zero_filled(measurement: Measurement) -> NDArray[Any]:
    """Return the image that solvers start from, `(height, width)`, in the units of k-space, not clipped."""
    image: NDArray[Any] = measurement.images(measurement.start())[0].numpy()
    return image
