"""What is known of an image's noise: turn it into white noise of known levels, and back afterwards."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from .noise_level import Colour, colour_of, estimate_sigma, levels_of
from .noise_spectrum import Correlation
from .poisson import LARGEST_SIGMA

if TYPE_CHECKING:
    from ...files.images.span import Span

Planes = NDArray[np.float32]
Hollow = NDArray[np.bool_] | None
Units = Literal["8bit", "data"]
POWER = 0.75
"""Of weights in the data term, which make up for the models: what they assume at a noise level sigma is about
`sigma^1.5` times as strong, not `sigma^2` times, so that weights of `1 / sigma` would leave noise where there
is more than on average, and smooth what has less."""
_LOOKED_AT = 3
"""Planes whose noise is looked at for being white."""
_MOST_NUMBERS = 5
"""Of planes that are named."""
_DOUBTS: dict[Colour, str] = {
    "white": "",
    "correlated": " at high frequencies alone: the noise is correlated, and stronger than that; try "
    "--noise-spectrum auto, or give --sigma",
    "unknown": ", which may be wrong: nothing in the image is smooth, or the noise is correlated; give "
    "--sigma if it is known",
}
"""What is said of an estimate."""


@dataclass(frozen=True)
class White:
    """Planes with white noise.

    Attributes:
        planes: `(planes, channels, height, width)`, in the box up to noise.
        sigmas: noise level of each plane and colour, of 255, `(planes, channels)`; 0 where there is none.
        said: what was assumed or found, in words.
        boxes: least and largest value of a pixel of each plane without noise, `(planes, 2)`.
        back: takes denoised planes back to intensities.
        weights: of the pixels, `(planes, height, width)`, where some are noisier than others; the level is
            that of pixels of weight 1.
        correlation: of the noise, where it is not white.
    """

    planes: Planes
    sigmas: NDArray[np.float64]
    said: str
    boxes: NDArray[np.float64]
    back: Callable[[Planes], Planes]
    weights: Planes | None = None
    correlation: Correlation | None = None


class Noise(Protocol):
    """A kind of noise."""

    @property
    def level(self) -> float | None:
        """Sigma of 255 where it is the same for every file, else None."""

    def split(self, channel: NDArray[np.intp], colours: int) -> Sequence[Noise]:
        """Return what is known of each channel of a picture.

        Args:
            channel: number of that of each plane, from 0 on.
            colours: how many share a channel.

        Raises:
            ReconError: when levels were given for another number of channels or planes.
        """

    def least_range(self, full: float | None) -> float:
        """Return the width that the range of the data has at least, in their units.

        Args:
            full: white in them, whose black is 0, where their type says so.
        """

    def whiten(self, planes: Planes, span: Span, holes: Hollow = None) -> White:
        """Prepare intensities.

        Args:
            planes: `(planes, channels, height, width)`.
            span: it gives the data's units.
            holes: pixels that were not measured, `(planes, height, width)`.
        """


@dataclass(frozen=True)
class GaussianNoise:
    """White noise of a known or estimated level.

    Attributes:
        sigma: the level, or one for each channel or colour; `auto` estimates one for each channel, and for
            colours where they differ; `planes` one for each plane.
        units: of the level: of 255 parts of the range, or those of the data.
    """

    sigma: float | tuple[float, ...] | Literal["auto", "planes"]
    units: Units = "8bit"

    @property
    def level(self) -> float | None:
        """See `Noise`."""
        return self.sigma if isinstance(self.sigma, (int, float)) and self.units == "8bit" else None

    def split(self, channel: NDArray[np.intp], colours: int) -> Sequence[GaussianNoise]:
        """See `Noise`."""
        channels = int(channel.max()) + 1
        if not isinstance(self.sigma, tuple):
            return [self] * channels
        count = colours if channels == 1 else channels
        if len(self.sigma) != count:
            levels = len(self.sigma)
            raise ReconError(f"--sigma has {levels} levels, and the number of channels is {count}", 2)
        return [self] if channels == 1 else [replace(self, sigma=sigma) for sigma in self.sigma]

    def least_range(self, full: float | None) -> float:
        """See `Noise`: that in which the level is one that the models know."""
        if isinstance(self.sigma, str):
            return 0.0
        most = float(np.max(self.sigma))
        return least_range(most, self.units, full)

    def whiten(self, planes: Planes, span: Span, holes: Hollow = None) -> White:
        """See `Noise`.

        Raises:
            ReconError: when the level is of 255 and nothing says of which range.
        """
        unit, boxes = 255 / span.width, np.tile(span.box, (len(planes), 1))
        if isinstance(self.sigma, str):
            return self._estimated(planes, boxes, unit, holes)
        given = np.atleast_1d(self.sigma)
        # 25 in the data's units shall be 25 of 255, whatever a float makes of it
        levels = np.round(given * scale_of(self.units, span, _listed(given)), 6)
        said = f"sigma {_listed(levels)}/255 = {_listed(levels / unit, '.4g')} in the data"
        return White(planes, np.broadcast_to(levels, planes.shape[:2]), said, boxes, as_they_are)

    def _estimated(self, planes: Planes, boxes: NDArray[np.float64], unit: float, holes: Hollow) -> White:
        every = None if holes is None else holes.repeat(planes.shape[1], 0)
        each = planes.reshape(-1, *planes.shape[2:])
        found = estimate_sigma(each, every).reshape(planes.shape[:2])
        sigmas = levels_of(found, together=self.sigma == "auto")
        noisy = sigmas.any(1)
        if not noisy.any():
            return White(planes, sigmas, "no noise was found", boxes, as_they_are)
        rows = np.unique(sigmas[noisy], axis=0)
        low, high = rows[rows > 0].min(), rows.max()
        levels, least = (_listed(rows[0]), rows[0]) if len(rows) == 1 else (f"{low:g} to {high:g}", low)
        said = f"sigma estimated as {levels}/255 = {_listed(np.atleast_1d(least) / unit, '.4g')} in the data"
        some = np.flatnonzero(sigmas)[:_LOOKED_AT]
        said += _DOUBTS[colour_of(each[some], None if every is None else every[some])]
        if not noisy.all():
            said += f", {_numbered(np.flatnonzero(~noisy))} without noise left as it is"
        return White(planes, sigmas, said, boxes, as_they_are)


def _listed(values: NDArray[np.float64], form: str = "g") -> str:
    """Return numbers in words, one where all are the same."""
    words = [format(value, form) for value in values]
    return words[0] if len(set(words)) == 1 else ", ".join(words)


def _numbered(planes: NDArray[np.intp]) -> str:
    """Return the numbers of planes in words."""
    numbers = ", ".join(str(plane) for plane in planes[:_MOST_NUMBERS])
    more = f" and {len(planes) - _MOST_NUMBERS} more" if len(planes) > _MOST_NUMBERS else ""
    return f"plane{'s' if len(planes) > 1 else ''} {numbers}{more}"


def as_they_are(planes: Planes) -> Planes:
    """Return denoised planes that are intensities already."""
    return planes


def least_range(level: float, units: Units, full: float | None) -> float:
    """Return the width of a range in which a level is one that the models know, in units of the data.

    Args:
        level: in its units.
        units: of it.
        full: see `Noise.least_range`.
    """
    in_data = level if units == "data" else level / 255 * (full or 0)
    return in_data * 255 / LARGEST_SIGMA


def scale_of(units: Units, span: Span, given: str) -> float:
    """Return what a level of 1 is of 255 parts of the range.

    Args:
        units: of the level.
        span: the range.
        given: the level in words.

    Raises:
        ReconError: when it is of 255 and nothing says of which range.
    """
    grey_level = span.grey_level if units == "8bit" else 1.0
    if math.isnan(grey_level):
        low, high = span.limits
        raise ReconError(
            f"sigma {given} is in 8-bit grey levels, which say nothing about data from {low:.4g} to "
            f"{high:.4g}; name their black and white with --range, or give --sigma-units data or --sigma auto"
        )
    return grey_level * 255 / span.width
