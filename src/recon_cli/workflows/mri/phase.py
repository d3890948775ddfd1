"""The smooth part of an image's phase."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...engine.operators.fourier import Origin
from .noise import frequencies
from .simulate import images_of

_WIDTH = 0.04
"""Of the Gaussian of frequencies that it is made of, in cycles a pixel."""


def smooth_phase(
    samples: NDArray[np.complex64], maps: NDArray[np.complex64] | None, fft: Origin
) -> NDArray[np.complex64]:
    """Return the phase of an image's low frequencies, `(height, width)`, of magnitude 1, for each set.

    Args:
        samples: `(coils, height, width)`, zero where nothing was sampled.
        maps: coil sensitivities, or several sets of them, or None with one coil.
        fft: where image and k-space have their origin.
    """
    window = np.exp(-((frequencies(samples.shape[1:], fft != "uncentered") / _WIDTH) ** 2))
    coils = images_of(samples * window, fft)
    image = coils[0] if maps is None else (maps.conj() * coils).sum(-3)
    size = np.abs(image)
    return np.where(size > 0, image / np.where(size > 0, size, 1), 1).astype(np.complex64)
