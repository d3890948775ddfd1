"""What is known of an image's noise: turn it into white noise of known levels, and back afterwards."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from .noise_level import estimate_sigma
from .poisson import LARGEST_SIGMA, CountModel, counts_of, stabilise

if TYPE_CHECKING:
    from ...files.images.span import Span

Planes = NDArray[np.float32]
Units = Literal["8bit", "data"]
_LEAST = 0.25
"""Of 255: a plane with less noise than this is taken for clean."""
_MOST_NUMBERS = 5
"""Of planes that are named."""


@dataclass(frozen=True)
class White:
    """Planes with white noise.

    Attributes:
        planes: `(planes, channels, height, width)`, in the box up to noise.
        sigmas: noise level of each plane, of 255, `(planes,)`; 0 where there is none.
        said: what was assumed or found, in words.
        box: least and largest value of a pixel without noise.
        back: takes denoised planes back to intensities.
    """

    planes: Planes
    sigmas: NDArray[np.float64]
    said: str
    box: tuple[float, float]
    back: Callable[[Planes], Planes]


class Noise(Protocol):
    """A kind of noise."""

    @property
    def level(self) -> float | None:
        """Sigma of 255 where it is the same for every file, else None."""

    def least_range(self, full: float | None) -> float:
        """Return the width that the range of the data has at least, in their units.

        Args:
            full: white in them, whose black is 0, where their type says so.
        """

    def whiten(self, planes: Planes, span: Span) -> White:
        """Prepare intensities `(planes, channels, height, width)`; the span gives the data's units."""


@dataclass(frozen=True)
class GaussianNoise:
    """White noise of a known or estimated level.

    Attributes:
        sigma: the level; `auto` estimates one for a file, `planes` one for each plane.
        units: of the level: of 255 parts of the range, or those of the data.
    """

    sigma: float | Literal["auto", "planes"]
    units: Units = "8bit"

    @property
    def level(self) -> float | None:
        """See `Noise`."""
        return None if isinstance(self.sigma, str) or self.units == "data" else self.sigma

    def least_range(self, full: float | None) -> float:
        """See `Noise`: that in which the level is one that the models know."""
        if isinstance(self.sigma, str):
            return 0.0
        in_data = self.sigma if self.units == "data" else self.sigma / 255 * (full or 0)
        return in_data * 255 / LARGEST_SIGMA

    def whiten(self, planes: Planes, span: Span) -> White:
        """See `Noise`.

        Raises:
            ReconError: when the level is to be estimated and there is no noise, or is of 255 and nothing says
                of which range.
        """
        unit = 255 / span.width
        if isinstance(self.sigma, str):
            return self._estimated(planes, span.box, unit)
        grey_level = span.grey_level if self.units == "8bit" else 1.0
        if math.isnan(grey_level):
            raise ReconError(
                f"a sigma of {self.sigma:g} of 255 says nothing of data from {span.limits[0]:.4g} to "
                f"{span.limits[1]:.4g}; name their black and white with --range, or give --sigma-units data "
                "or --sigma auto",
                2,
            )
        # 25 in the data's units shall be 25 of 255, whatever a float makes of it
        sigma = round(self.sigma * grey_level * unit, 6)
        said = f"sigma {sigma:g}/255 = {sigma / unit:.4g} in the data"
        return White(planes, np.full(len(planes), sigma), said, span.box, _as_they_are)

    def _estimated(self, planes: Planes, box: tuple[float, float], unit: float) -> White:
        channels = estimate_sigma(planes.reshape(-1, *planes.shape[2:])).reshape(planes.shape[:2])
        noisy = (channels >= _LEAST).any(1)
        if not noisy.any():
            raise ReconError("no noise was found; give its level with --sigma", 1)
        levels = np.array([np.median(found[found >= _LEAST]) for found in channels[noisy]])
        if self.sigma == "auto":
            levels[:] = np.median(levels)
        sigmas = np.zeros(len(planes))
        sigmas[noisy] = [float(f"{level:.3g}") for level in levels]
        low, high = sigmas[noisy].min(), sigmas.max()
        found = f"{low:g}" if low == high else f"{low:g} to {high:g}"
        said = f"sigma estimated as {found}/255 = {low / unit:.4g} in the data"
        if not noisy.all():
            said += f", {_numbered(np.flatnonzero(~noisy))} without noise left as it is"
        return White(planes, sigmas, said, box, _as_they_are)


@dataclass(frozen=True)
class PoissonNoise:
    """Noise of counted light, with the read noise of the detector.

    Attributes:
        model: gain, read noise and offset.
    """

    model: CountModel
    level = None

    def least_range(self, full: float | None) -> float:
        """See `Noise`: any, since the transform has a range of its own."""
        del full
        return 0.0

    def whiten(self, planes: Planes, span: Span) -> White:
        """See `Noise`."""
        width = span.width
        stabilised = stabilise(planes.astype(np.float64) * width + span.low, self.model)

        def back(denoised: Planes) -> Planes:
            intensities = (counts_of(denoised, stabilised) - span.low) / width
            return intensities.astype(np.float32)

        said = f"counts with gain {self.model.gain:g}, made white with sigma {stabilised.sigma:.3g}/255"
        return White(stabilised.image, np.full(len(planes), stabilised.sigma), said, (0.0, 1.0), back)


def _numbered(planes: NDArray[np.intp]) -> str:
    """Return the numbers of planes in words."""
    numbers = ", ".join(str(plane) for plane in planes[:_MOST_NUMBERS])
    more = f" and {len(planes) - _MOST_NUMBERS} more" if len(planes) > _MOST_NUMBERS else ""
    return f"plane{'s' if len(planes) > 1 else ''} {numbers}{more}"


def _as_they_are(planes: Planes) -> Planes:
    return planes
