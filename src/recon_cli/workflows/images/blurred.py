"""A camera that blurs, and takes every pixel or a coarse picture."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from ...engine.operators import Convolution, Crop, Decimation, LinearOperator
from ...engine.operators.kernels import Kernel
from ...errors import ReconError
from .camera import Camera, Planes, Shape, Weighted
from .detail import of_pictures
from .equivalent_level import equivalent_level, passed_by
from .torus import BETWEEN, OF_FOURIER, torus_length

if TYPE_CHECKING:
    from ...priors.footprint import Footprint

_OF_SYSTEM = 96
"""Bytes for each pixel of the torus, of the matrices that solve for the image."""


@dataclass(frozen=True, kw_only=True)
class BlurredCamera(Camera):
    """A camera that convolves a larger image with a kernel, and takes the middle or every few pixels of it.

    The object goes on beyond the picture, so nothing wraps around: a frame as wide as the kernel reaches is
    reconstructed with the picture, and cut off.

    Attributes:
        kernel: on the grid of the image; its shift is `(factor - 1) / 2` where the data lie in the middle of
            their pixels, and 0 where they lie on the first one.
        detail: what suits the pictures, the share of `level_through`, see `seeing`.
        adapts: whether that follows from what it sees.
    """

    kernel: Kernel
    detail: float = 1.0
    adapts: bool = True
    name = "input"
    settled = 0.2  # PSNR is mostly within 0.02 dB of where it ends, with much that is dark within 0.1

    @property
    def reach(self) -> int:
        """See `Camera`."""
        return math.ceil(self.kernel.reach / self.factor)

    def check(self, name: str, shape: Shape) -> None:
        """See `Camera`."""
        rows, columns = self.kernel.taps.shape
        height, width = (self.factor * length for length in shape)
        if rows > height or columns > width:
            raise ReconError(
                f"the kernel has {rows} x {columns} pixels, more than {name} with {height} x {width}; cut "
                "its dark edge off"
            )

    def operator(self, shape: Shape) -> LinearOperator:
        """See `Camera`."""
        fine = (shape[0] * self.factor, shape[1] * self.factor)
        field = tuple(torus_length(length, self._margin) for length in fine)
        further = [whole - length - 2 * self._margin for whole, length in zip(field, fine, strict=True)]
        crop = Crop(fine, self._margin, (further[0], further[1]))
        blurred = crop @ Convolution((field[0], field[1]), self.kernel.taps, self.kernel.origin)
        return blurred if self.factor == 1 else Decimation(shape, self.factor) @ blurred

    def level(self, sigma: float) -> float:
        """See `Camera`."""
        return equivalent_level(self.kernel, self.factor, sigma, self.detail)

    def seeing(self, planes: Planes, weights: Weighted, sigma: float) -> Self:
        """See `Camera`: what is smooth needs a stronger prior."""
        if not self.adapts:
            return self
        passed = passed_by(self.kernel)
        return replace(self, detail=of_pictures(planes, weights, passed, self.factor, sigma))

    def steady(self) -> Self:
        """See `Camera`: that of photographs."""
        return replace(self, adapts=False)

    def place(self, shape: Shape) -> tuple[slice, slice]:
        """See `Camera`."""
        rows, columns = (slice(self._margin, self._margin + self.factor * length) for length in shape)
        return rows, columns

    def footprint(self, footprint: Footprint) -> Footprint:
        """See `Camera`."""
        a_pixel = (footprint.a_pixel + OF_FOURIER + _OF_SYSTEM) * self.factor**2
        frame = math.ceil((footprint.frame + 2 * self._margin) / self.factor)
        return replace(footprint, a_pixel=a_pixel, frame=frame)

    def on_grid(self, planes: Planes) -> Planes:
        """See `Camera`: a coarse picture is interpolated by cubic splines."""
        if self.factor == 1:
            return planes
        from scipy.ndimage import map_coordinates

        lengths = planes.shape[-2:]
        along = ((np.arange(self.factor * n) - self.kernel.shift) / self.factor for n in lengths)
        places = np.meshgrid(*along, indexing="ij")
        grown = np.empty((*planes.shape[:-2], *(self.factor * n for n in lengths)), np.float32)
        for index in np.ndindex(planes.shape[:-2]):
            grown[index] = map_coordinates(planes[index], places, order=3, mode="nearest")
        return grown

    @property
    def _margin(self) -> int:
        """Of the frame, in pixels of the image."""
        return self.kernel.reach + BETWEEN
