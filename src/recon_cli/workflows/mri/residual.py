"""What no image explains of the samples of several coils."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray

from ...engine.domain import UnitDisc
from ...engine.measurement import Measurement
from ...engine.operators.coil_sets import coils_of
from ...engine.operators.fourier import Fourier, Origin
from ...engine.solvers.conjugate_gradients import conjugate_gradients

STEPS, MANY = 20, 100
"""Of conjugate gradients: with fewer, what they have not yet fitted counts as noise; many where there
is hardly any."""
_LEAST = 1.2
"""Samples of all coils for each pixel, below which noise is fitted as well."""


def unexplained(
    samples: NDArray[np.complex64],
    mask: NDArray[np.bool_],
    maps: NDArray[np.complex64],
    fft: Origin,
    steps: int = STEPS,
) -> float | None:
    """Return the standard deviation of what the best image leaves of the samples, if they determine one.

    Args:
        samples: `(coils, height, width)`, of coils with white noise.
        mask: `(height, width)`, what was sampled.
        maps: of the shape of the samples, or several sets of them.
        fft: where image and k-space have their origin.
        steps: of conjugate gradients.

    Returns:
        Complex noise of this level would be left as much, or somewhat more; None where there are too few
        samples for the pixels of the image.
    """
    free = mask.sum() * len(samples) - (maps != 0).any(-3).sum()
    if free <= (1 - 1 / _LEAST) * mask.sum() * len(samples):
        return None
    largest = float(np.abs(samples).max()) or 1.0  # in single precision squares of extreme values vanish
    operator = Fourier(torch.from_numpy(mask), fft) @ coils_of(torch.from_numpy(maps))
    measurement = Measurement(
        operator, torch.from_numpy(samples * mask / np.float32(largest))[None], UnitDisc()
    )
    right = measurement.adjoint(measurement.data)
    image = conjugate_gradients(
        measurement.normal, right, torch.zeros_like(right), lambda x: x, 0.0, max_iterations=steps, parts=2
    )
    left = 2 * float(measurement.data_term(measurement.forward(image)))
    return largest * math.sqrt(left / float(free))
