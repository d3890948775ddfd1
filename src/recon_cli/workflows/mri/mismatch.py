"""What coil maps leave of the samples unexplained, as if that were noise."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...engine.operators.fourier import Origin
from .coils import calibration_side
from .simulate import images_of

LEAST_SIDE = 8
"""Of the complete square in the middle that tells several coils' signal from what is none."""
_WINDOWED = 0.05
"""Share of the amplitude of the low frequencies that maps do not explain in the window of `mismatch`."""


def mismatch(samples: NDArray[np.complex64], maps: NDArray[np.complex64], noise: float, fft: Origin) -> float:
    """Return what coil maps leave of the samples unexplained, root mean square, in their units.

    It is seen in the low frequencies, where images of all coils are known: their part that no image times the
    maps explains, beyond what noise and the narrow window make of it. Maps that do not suit the borders of
    the field of view, or a patient that moved, must not be fitted.

    Args:
        samples: `(coils, height, width)`, zero where nothing was sampled, of coils with white noise.
        maps: of the same shape, or several sets of them.
        noise: standard deviation of the complex noise.
        fft: where image and k-space have their origin.
    """
    centred = fft != "uncentered"
    seen = np.fft.fftshift(samples, (1, 2)) if not centred else samples
    side, coils = calibration_side(np.any(seen != 0, 0)), len(samples)
    if side < LEAST_SIDE or coils == 1:
        return 0.0
    window = [np.zeros(length) for length in samples.shape[1:]]
    for along in window:
        first = len(along) // 2 - side // 2
        along[first : first + side] = np.hanning(side + 2)[1:-1]
    low = window[0][:, None] * window[1]
    images = images_of(samples * (low if centred else np.fft.ifftshift(low)), fft)
    left, seen_power, free = _beside_maps(images, maps)
    left -= noise**2 * float((low**2).sum()) * free
    share = left / max(seen_power, 1e-300)
    energy = float((np.abs(samples) ** 2).sum()) / max(int((samples != 0).sum()), 1)
    return math.sqrt(max(share - _WINDOWED**2, 0) * energy)


def _beside_maps(
    images: NDArray[np.complexfloating[Any, Any]], maps: NDArray[np.complex64]
) -> tuple[float, float, float]:
    """Return the power of coil images beside all maps times images, their power, and the free coils a pixel.

    All are of pixels that some map sees.
    """
    left, free = images, len(images)
    sets = maps.reshape(-1, *images.shape)
    seen = (sets != 0).any((0, 1))
    share = float(seen.mean())
    known = 0.0
    directions: list[NDArray[np.complexfloating[Any, Any]]] = []
    for one in sets:
        for other in directions:
            one = one - other * (other.conj() * one).sum(0)
        power = (np.abs(one) ** 2).sum(0)
        direction = one / np.sqrt(np.where(power > 0, power, 1))
        left = left - direction * (direction.conj() * left).sum(0)
        known += float((power > 0).mean())
        directions.append(direction)
    return (
        float((np.abs(left[:, seen]) ** 2).sum()),
        float((np.abs(images[:, seen]) ** 2).sum()),
        free * share - known,
    )
