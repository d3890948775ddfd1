"""Denoise the planes of a picture: a few at once, colours channel by channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .denoise import DenoiseOptions, denoise

if TYPE_CHECKING:
    from ..engine.result import Callback
    from ..models.dictionary import Dictionary, Tuned

_BYTES_A_PIXEL = 1000
"""Of a solver: 128 codes, 100 values of the patch and some more, in single precision."""
_MEMORY = 2**30


@dataclass(frozen=True)
class DenoisedPicture:
    """A denoised picture and how it came about.

    Attributes:
        planes: `(planes, channels, height, width)`, float32, in [0, 1].
        iterations: the most that any plane took.
        objective: J summed over all planes.
        gap: certified relative duality gap, the largest of all planes.
        converged: whether every plane met the stop rule.
        parameters: beta, lam and tolerance that were used.
        seconds: wall-clock time of the solver.
        device: where it ran.
    """

    planes: NDArray[np.float32]
    iterations: int
    objective: float
    gap: float
    converged: bool
    parameters: Tuned
    seconds: float
    device: str


def denoise_picture(
    noisy: NDArray[np.float32],
    dictionary: Dictionary,
    sigma: float,
    options: DenoiseOptions,
    follow: Callable[[str], Callback] | None = None,
) -> DenoisedPicture:
    """Denoise all planes of a picture, the three channels of a colour picture independently.

    Args:
        noisy: `(planes, channels, height, width)`, intensities in [0, 1] up to noise.
        dictionary: the model.
        sigma: noise level of every channel, of 255.
        options: how.
        follow: called with words before some planes are solved together; gives the solver's callback.

    Raises:
        ReconError: as `denoise`.
    """
    every = noisy.reshape(-1, *noisy.shape[2:])
    count = planes_at_once(*every.shape[1:])
    images = np.empty_like(every)
    parts = []
    for start in range(0, len(every), count):
        stop = min(start + count, len(every))
        words = f"planes {start + 1} to {stop} of {len(every)}" if len(every) > count else ""
        done = denoise(every[start:stop], dictionary, sigma, options, follow and follow(words))
        images[start:stop] = done.images
        parts.append(
            (
                done.result.iterations,
                done.result.objective,
                done.result.gap,
                done.result.converged,
                done.seconds,
            )
        )
    iterations, objectives, gaps, converged, seconds = zip(*parts, strict=True)
    return DenoisedPicture(
        images.reshape(noisy.shape),
        max(iterations),
        sum(objectives),
        max(gaps),
        all(converged),
        done.parameters,
        sum(seconds),
        done.device,
    )


def planes_at_once(height: int, width: int) -> int:
    """Return how many planes of this size are solved together, so that they need about 1 GiB."""
    return max(1, _MEMORY // (_BYTES_A_PIXEL * height * width))
