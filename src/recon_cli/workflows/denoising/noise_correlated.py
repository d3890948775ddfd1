"""Noise that is correlated between pixels, by its power spectrum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ...files.images.maps import read_map
from .blocks import SIZE
from .noise import GaussianNoise, White, as_they_are, least_range
from .noise_level import levels_of
from .noise_spectrum import Correlation, Spectrum, spectrum_of_image, spectrum_of_noise

if TYPE_CHECKING:
    from ...files.images.span import Span
    from .noise import Hollow, Planes


@dataclass(frozen=True, eq=False)
class CorrelatedNoise:
    """Noise of a known or estimated spectrum.

    Attributes:
        strength: its standard deviation; `auto` takes that of the spectrum.
        spectrum: in squares of the units of the data; None estimates it in each channel.
        name: of the file that it is from, for messages.
    """

    strength: GaussianNoise
    spectrum: Spectrum | None = None
    name: str = ""

    @classmethod
    def from_file(cls, path: Path, strength: GaussianNoise) -> CorrelatedNoise:
        """Return the noise that an image of noise alone shows.

        Raises:
            ReconError: when it cannot be read, is too small, or holds no noise.
        """
        planes = read_map(path, "an image of noise alone").astype(np.float64)
        if min(planes.shape[1:]) < SIZE:
            raise ReconError(
                f"{path} has {planes.shape[1]} x {planes.shape[2]} pixels, too few for a spectrum"
            )
        spectrum = spectrum_of_noise(planes) if np.isfinite(planes).all() else None
        if spectrum is None or not spectrum.all():
            raise ReconError(f"{path} is no image of noise alone: it is constant, or not finite, in places")
        return cls(strength, spectrum, str(path))

    @property
    def level(self) -> float | None:
        """See `Noise`."""
        return self.strength.level

    def split(self, channel: NDArray[np.intp], colours: int) -> Sequence[CorrelatedNoise]:
        """See `Noise`."""
        return [replace(self, strength=part) for part in self.strength.split(channel, colours)]

    def least_range(self, full: float | None) -> float:
        """See `Noise`."""
        if self.spectrum is not None and isinstance(self.strength.sigma, str):
            return least_range(float(np.sqrt(self.spectrum.mean())), "data", full)
        return self.strength.least_range(full)

    def whiten(self, planes: Planes, span: Span, holes: Hollow = None) -> White:
        """See `Noise`.

        Raises:
            ReconError: as `GaussianNoise.whiten`, and when the image is too small.
        """
        found = self._found(planes, span, holes)
        sigmas = levels_of(found, together=self.strength.sigma == "auto")
        if not sigmas.any():
            return self.strength.whiten(planes, span, holes)
        if isinstance(self.strength.sigma, str):
            boxes = np.tile(span.box, (len(planes), 1))
            white = White(planes, sigmas, self._said(sigmas, span), boxes, as_they_are)
            return replace(white, correlation=Correlation(self.spectrum))
        white = self.strength.whiten(planes, span, holes)
        ratio = float(white.sigmas[sigmas > 0].mean() / sigmas[sigmas > 0].mean())
        said = f"{white.said}, of correlated noise"
        return replace(white, said=said, correlation=Correlation(self.spectrum, ratio))

    def _found(self, planes: Planes, span: Span, holes: Hollow) -> NDArray[np.float64]:
        """Return the standard deviation of the noise of each plane and colour, of 255; 0 for none."""
        if self.spectrum is not None:
            return np.full(planes.shape[:2], 255 / span.width * np.sqrt(self.spectrum.mean()))
        if min(planes.shape[2:]) < SIZE:
            raise ReconError(
                f"{planes.shape[2]} x {planes.shape[3]} pixels are too few to estimate the spectrum of noise",
                2,
            )
        found = np.zeros(planes.shape[:2])
        for place in np.ndindex(planes.shape[:2]):
            spectrum = spectrum_of_image(planes[place], None if holes is None else holes[place[0]])
            found[place] = 0 if spectrum is None else 255 * np.sqrt(spectrum.mean())
        return found

    def _said(self, sigmas: NDArray[np.float64], span: Span) -> str:
        known = f"by the noise of {self.name}" if self.name else "estimated"
        low, high = sigmas[sigmas > 0].min(), sigmas.max()
        levels = f"{low:g}" if low == high else f"{low:g} to {high:g}"
        in_data = low * span.width / 255
        return f"standard deviation of correlated noise {known}: {levels}/255 = {in_data:.4g} in the data"
