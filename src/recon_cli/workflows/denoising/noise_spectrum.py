"""The power spectrum of noise that is not white, and the filter that makes it so.

A spectrum is the mean power at each frequency of a block in the cosine domain, `(8, 8)`; its mean is the
variance of the noise.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .blocks import LOW, SIZE, power_of, unsaturated_blocks

Spectrum = NDArray[np.float64]

_SHARE, _LEAST_QUIET = 0.05, 32
"""Of the blocks that are taken, and how many at least."""
_FLOOR = 0.25
"""Least level at a frequency over the largest one. Less is not counted on: the system would be hard to solve,
and what JPEG or a filter has taken away is no measurement without noise."""
_EVEN = np.add.outer(np.arange(SIZE), np.arange(SIZE)) % 2 == 0
_BESIDE_MEAN = ((0, 1), (1, 0))
_NEXT = ((1, 1), (0, 2), (2, 0))


@dataclass(frozen=True, eq=False)
class Correlation:
    """How noise is correlated.

    Attributes:
        spectrum: of it; None for that which is found in the planes that are solved.
        ratio: of the standard deviation that the user named to that which was found.
    """

    spectrum: Spectrum | None = None
    ratio: float = 1.0

    def of(self, planes: NDArray[Any], counting: NDArray[Any] | None = None) -> Spectrum | None:
        """Return the spectrum of the noise of planes; None where none is found.

        Args:
            planes: `(n, height, width)`.
            counting: what is zero in holes, of some planes, which those that follow share in turn.
        """
        if self.spectrum is not None:
            return self.spectrum
        holes = itertools.repeat(None) if counting is None else itertools.cycle(counting == 0)
        found = [spectrum_of_image(plane, hole) for plane, hole in zip(planes, holes, strict=False)]
        known = [each for each in found if each is not None and each.any()]
        return np.median(known, 0) if known else None


def spectrum_of_image(plane: NDArray[Any], holes: NDArray[np.bool_] | None = None) -> Spectrum | None:
    """Return the spectrum of the noise of an image, from its quietest places.

    Blocks that are quiet at every other frequency tell the power at those between, and the other way round:
    chosen by what is measured, blocks would show less noise than there is.

    Args:
        plane: `(height, width)`, at least 8x8 pixels.
        holes: pixels that were not measured, of the same shape.

    Returns:
        The spectrum; None where no block holds noise.
    """
    blocks = unsaturated_blocks(plane, holes)
    if not len(blocks):
        return None
    power = power_of(blocks)
    count = max(_LEAST_QUIET, round(_SHARE * len(power)))
    spectrum = np.empty((SIZE, SIZE))
    for judged in (_EVEN, ~_EVEN):
        quiet = np.argsort(power[:, judged & LOW].mean(1))[:count]
        spectrum[~judged] = power[quiet].mean(0)[~judged]
    return _without_trend(spectrum)


def spectrum_of_noise(planes: NDArray[Any]) -> Spectrum | None:
    """Return the spectrum of planes of noise alone, `(n, height, width)`; None where they hold none."""
    found = [power_of(blocks).mean(0) for blocks in map(unsaturated_blocks, planes) if len(blocks)]
    return _without_trend(np.mean(found, 0)) if found else None


def whitener(spectrum: Spectrum, power: float) -> NDArray[np.float64]:
    """Return the taps of the filter that divides each frequency by a power of the noise's level there.

    Args:
        spectrum: of the noise; frequencies of mean power are left as they are.
        power: 1 would make the noise white.

    Returns:
        `(15, 15)`, symmetric.
    """
    held = np.maximum(spectrum, _FLOOR**2 * spectrum.max())
    weights = (held.mean() / held) ** (power / 2)
    places = np.minimum(np.abs(np.arange(-SIZE, SIZE)), SIZE - 1)
    # of 16 frequencies in a row the cosines have 0 to 7, which are those of both signs
    shifted = np.fft.ifft2(np.fft.ifftshift(weights[np.ix_(places, places)])).real
    taps = np.fft.fftshift(shifted)[1:, 1:]
    fading = np.cos(np.pi * np.arange(1 - SIZE, SIZE) / (2 * SIZE)) ** 2
    filtered: NDArray[np.float64] = taps * np.outer(fading, fading)
    return filtered


def _without_trend(spectrum: Spectrum) -> Spectrum:
    """Return a spectrum whose lowest frequencies, of which slopes of the image hold most, follow the next."""
    following = float(np.mean([spectrum[place] for place in _NEXT]))
    for place in _BESIDE_MEAN:
        spectrum[place] = min(spectrum[place], following)
    spectrum[0, 0] = np.mean([spectrum[place] for place in _BESIDE_MEAN])
    return spectrum
