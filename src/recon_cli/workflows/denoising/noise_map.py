"""White noise that is stronger in some pixels than in others, by a map of its level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ...files.images.maps import fitted
from .noise import POWER, White, as_they_are, least_range, scale_of

if TYPE_CHECKING:
    from ...files.images.span import Span
    from .noise import Hollow, Planes, Units

_NOTHING = 255.0
"""A level, of 255, of pixels that hold nothing; larger ones count as this."""


@dataclass(frozen=True, eq=False)
class NoiseMap:
    """White noise whose level is known in every pixel.

    Attributes:
        levels: of one plane or all, `(planes, height, width)`.
        units: of the levels: of 255 parts of the range, or those of the data.
        name: of the map, for messages.
    """

    levels: NDArray[np.float64]
    units: Units = "8bit"
    name: str = "the map of sigma"
    level = None

    def split(self, channel: NDArray[np.intp], colours: int) -> Sequence[NoiseMap]:
        """See `Noise`."""
        del colours
        channels = range(int(channel.max()) + 1)
        if len(self.levels) != len(channel):
            return [self for _ in channels]
        return [replace(self, levels=self.levels[channel == k]) for k in channels]

    def least_range(self, full: float | None) -> float:
        """See `Noise`: that in which the mean of the levels is one that the models know."""
        known = self.levels[np.isfinite(self.levels)]
        return least_range(float(known.mean()) if known.size else 0.0, self.units, full)

    def whiten(self, planes: Planes, span: Span, holes: Hollow = None) -> White:
        """See `Noise`.

        Raises:
            ReconError: when the map has another size, or is not positive where there are data, or nothing
                says of which range its levels are.
        """
        shape = (len(planes), *planes.shape[2:])
        levels = fitted(self.levels * scale_of(self.units, span, "a map"), shape, self.name, "a map of sigma")
        data = np.ones(levels.shape, np.bool_) if holes is None else ~holes
        wrong = int((data & ~(levels > 0)).sum())
        if wrong:
            raise ReconError(f"{self.name} is not positive in {wrong} pixels with data; sigma has to be", 2)
        levels = np.where(data, levels, 1.0).clip(None, _NOTHING)
        mean = round(float(levels[data].mean()), 6)
        low, high = levels[data].min(), levels[data].max()
        said = f"sigma by a map, from {low:.4g} to {high:.4g}/255, on average {mean:.4g}"
        return by_levels(planes, span, levels, mean, said)


def by_levels(planes: Planes, span: Span, levels: NDArray[np.float64], reference: float, said: str) -> White:
    """Return planes whose pixels count by the levels of their noise.

    Args:
        planes: intensities, `(planes, channels, height, width)`.
        span: of them.
        levels: of 255, positive, `(planes, height, width)`.
        reference: the level of pixels of weight 1.
        said: what the levels are, in words.
    """
    weights = ((reference / levels) ** POWER).astype(np.float32)
    boxes = np.tile(span.box, (len(planes), 1))
    return White(planes, np.full(planes.shape[:2], reference), said, boxes, as_they_are, weights)
