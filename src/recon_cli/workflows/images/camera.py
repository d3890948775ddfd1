"""What a camera makes of an image: the measurement operator of a picture's planes, and what follows from it.

A prior has strengths for images with white noise of a level. Through a blur, or where pixels are missing,
the strengths of a higher level suit, for what the data do not say the prior has to, see `Camera.level`; and
the data count as much more as their noise is lower. So a camera weights operator and data, and any prior
takes them as it takes an image with noise of that level.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
import torch
from numpy.typing import NDArray

from ...engine.domain import Box
from ...engine.measurement import Measurement
from ...engine.operators import Identity, LinearOperator, Mask, Weights

if TYPE_CHECKING:
    from ...priors.footprint import Footprint
    from ...solver import Solver

Planes = NDArray[np.float32]
Weighted = NDArray[np.float32] | NDArray[np.bool_] | None
"""Of the data: numbers, or whether they count; None for 1."""
Shape = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Camera:
    """A camera that sees each pixel by itself, or not at all: denoising, and inpainting.

    Attributes:
        factor: pixels of the image for one of the data, in both directions.
        said: what it does, in words; empty where there is nothing to say.
    """

    factor: int = 1
    said: str = ""
    name: ClassVar[str] = "noisy"
    """Of the data in figures."""
    settled: ClassVar[float | None] = None
    """Tolerance of the mode `settled`, in grey levels from the minimum; None for that of denoising."""
    needs_holes: ClassVar[bool] = False
    """Whether a picture without holes leaves nothing to do."""

    @property
    def reach(self) -> int:
        """Pixels of the data by which tiles have to overlap more than without the camera."""
        return 0

    def check(self, name: str, shape: Shape) -> None:
        """Raise a ReconError where a picture cannot come from the camera.

        Args:
            name: of the picture, for messages.
            shape: its height and width.
        """

    def level(self, sigma: float) -> float:
        """Return the noise level whose strengths suit data of a noise level, in 8-bit grey levels."""
        return sigma

    def seeing(self, planes: Planes, weights: Weighted, sigma: float) -> Self:
        """Return the camera whose level suits these pictures.

        Args:
            planes: `(n, height, width)`, intensities with white noise.
            weights: of their pixels in the data term, `(height, width)`.
            sigma: noise level, in 8-bit grey levels.
        """
        del planes, weights, sigma
        return self

    def steady(self) -> Self:
        """Return the camera whose level is the same for all pictures, as parts of one have to have it."""
        return self

    def solver(self, solver: Solver) -> Solver:
        """Return the solver with the tolerance that is usual for the camera, where none was given."""
        return replace(solver, settled=self.settled)

    def footprint(self, footprint: Footprint) -> Footprint:
        """Return the memory for each pixel of the data."""
        return footprint

    def operator(self, shape: Shape) -> LinearOperator:
        """Return the operator from the image, which may be larger than the picture, to data of a shape."""
        return Identity(shape)

    def place(self, shape: Shape) -> tuple[slice, slice]:
        """Return where the picture lies in the image of the operator."""
        return slice(0, shape[0]), slice(0, shape[1])

    def on_grid(self, planes: Planes) -> Planes:
        """Return the data as a picture on the grid of the image, which a result is compared with."""
        return planes

    def measurement(self, planes: Planes, weights: Weighted, box: Box, sigma: float) -> Measurement:
        """Return the measurement of planes, weighted so that their noise has the level that suits.

        Args:
            planes: `(n, height, width)`, intensities with white noise.
            weights: of the pixels of all of them in the data term, `(height, width)`.
            box: the set C.
            sigma: noise level, in 8-bit grey levels.
        """
        shape = (planes.shape[1], planes.shape[2])
        level = self.level(sigma)
        operator = self.operator(shape)
        if level != sigma:
            weights = np.float32(level / sigma) * (np.ones(shape, np.float32) if weights is None else weights)
        if weights is not None:
            numbers = torch.from_numpy(weights)
            operator = (Mask(numbers) if weights.dtype == np.bool_ else Weights(numbers)) @ operator
            planes = planes * weights
        return Measurement(operator, planes, box, level, part=self.place(shape))

    def picture(self, images: NDArray[np.float32], shape: Shape) -> Planes:
        """Return the pictures of images of the operator, `(n, height, width)`, for data of a shape."""
        return images[:, *self.place(shape)]
