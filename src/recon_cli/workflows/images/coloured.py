"""A camera whose noise is correlated: the data term weighs each frequency by the noise that it has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...engine.measurement import Measurement
from ...engine.operators import Convolution
from .camera import Camera, Planes, Shape, Weighted
from .torus import BETWEEN, OF_FOURIER, torus_length

if TYPE_CHECKING:
    from ...engine.domain import Box
    from ...priors.footprint import Footprint


@dataclass(frozen=True, kw_only=True, eq=False)
class ColouredCamera(Camera):
    """A camera that sees each pixel by itself, with noise that a filter makes as strong as the level says.

    The filter, `W^(1/2)`, is diagonal in Fourier space. So that it does not wrap around, the picture is
    solved with its mirror image around it, whose noise is correlated in the same way.

    Attributes:
        taps: of the filter, symmetric, its middle in the middle.
    """

    taps: NDArray[np.float64]

    @property
    def _margin(self) -> int:
        return len(self.taps) // 2 + BETWEEN

    def place(self, shape: Shape) -> tuple[slice, slice]:
        """See `Camera`."""
        rows, columns = (slice(self._margin, self._margin + length) for length in shape)
        return rows, columns

    def footprint(self, footprint: Footprint) -> Footprint:
        """See `Camera`."""
        a_pixel, frame = footprint.a_pixel + OF_FOURIER, footprint.frame + 2 * self._margin
        return replace(footprint, a_pixel=a_pixel, frame=frame)

    def measurement(self, planes: Planes, weights: Weighted, box: Box, sigma: float) -> Measurement:
        """See `Camera`: what it measures is filtered."""
        shape = (planes.shape[1], planes.shape[2])
        own = self._on_torus(planes)
        seen = super().measurement(
            own, None if weights is None else self._on_torus(weights[None])[0], box, sigma
        )
        filtered = Convolution((own.shape[1], own.shape[2]), self.taps)
        data = filtered.forward(seen.data)
        return replace(seen, operator=filtered @ seen.operator, data=data, part=self.place(shape))

    def _on_torus(self, planes: NDArray[np.generic]) -> Planes:
        """Return planes with their mirror image around them."""
        frame = [(0, 0)]
        for length in planes.shape[1:]:
            rest = torus_length(length, self._margin) - length - self._margin
            frame.append((self._margin, rest))
        return np.pad(planes, frame, "symmetric")
