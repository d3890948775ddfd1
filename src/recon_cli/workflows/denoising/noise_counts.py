"""Noise of counted light, of a known or unknown gain: turn it into white noise, and back afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .noise import White
from .noise_gain import estimate_counts
from .poisson import CountModel, counts_of, stabilise

if TYPE_CHECKING:
    from ...files.images.span import Span
    from .noise import Hollow, Planes


@dataclass(frozen=True)
class UnknownGain:
    """A detector whose gain is estimated.

    Attributes:
        read_noise: its standard deviation in counts; None estimates it, too.
        offset: counts without light.
    """

    read_noise: float | None = None
    offset: float = 0.0

    def __post_init__(self) -> None:
        """Raise a ReconError for values out of range."""
        CountModel(1.0, self.read_noise or 0.0, self.offset)


@dataclass(frozen=True)
class PoissonNoise:
    """Noise of counted light, with the read noise of the detector.

    Attributes:
        model: gain, read noise and offset; an unknown gain is estimated for each channel.
    """

    model: CountModel | UnknownGain
    level = None

    def split(self, channel: NDArray[np.intp], colours: int) -> Sequence[PoissonNoise]:
        """See `Noise`."""
        del colours
        return [self] * (int(channel.max()) + 1)

    def least_range(self, full: float | None) -> float:
        """See `Noise`: any, since the transform has a range of its own."""
        del full
        return 0.0

    def whiten(self, planes: Planes, span: Span, holes: Hollow = None) -> White:
        """See `Noise`.

        Raises:
            ReconError: when the gain cannot be estimated, see `estimate_counts`.
        """
        counts = planes.astype(np.float64) * span.width + span.low
        model, said = self._model(counts, holes)
        stabilised = stabilise(counts, model)

        def back(denoised: Planes) -> Planes:
            intensities = (counts_of(denoised, stabilised) - span.low) / span.width
            return intensities.astype(np.float32)

        sigmas = np.full(planes.shape[:2], stabilised.sigma)
        said = f"counts with {said}, made white with sigma {stabilised.sigma:.3g}/255"
        return White(stabilised.image, sigmas, said, np.tile((0.0, 1.0), (len(planes), 1)), back)

    def _model(self, counts: NDArray[np.float64], holes: Hollow) -> tuple[CountModel, str]:
        """Return how the detector counts, and that in words."""
        if isinstance(self.model, CountModel):
            return self.model, f"gain {self.model.gain:g}"
        every = None if holes is None else holes.repeat(counts.shape[1], 0)
        planes = counts.reshape(-1, *counts.shape[2:])
        model = estimate_counts(planes, self.model.offset, self.model.read_noise, every)
        if self.model.read_noise is not None:
            return model, f"gain estimated as {model.gain:.3g}"
        return model, f"gain and read noise estimated as {model.gain:.3g} and {model.read_noise:.3g}"
