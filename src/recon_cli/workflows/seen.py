"""What a camera or a scan has of an image, ready to be reconstructed and compared with the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from ..engine.domain import Box
from ..engine.operators import Mask

if TYPE_CHECKING:
    from ..engine.measurement import Measurement
    from ..solver import Solver
    from .images.camera import Camera
    from .tomography.study import Study

Image = NDArray[np.float32]
Where = NDArray[np.bool_]


@dataclass(frozen=True)
class Seen:
    """The data of an image.

    Attributes:
        measurement: of the image, its data weighted so that their noise has the measurement's level.
        picture: makes pictures of reconstructed images, `(images, height, width)`.
        solver: gives a solver the tolerance that is usual.
        counted: which data count, of the shape of an image's data; None for all.
        by_row: whether a row of the data is one view of the object, which is left out as a whole.
    """

    measurement: Measurement
    picture: Callable[[NDArray[Any]], NDArray[Any]]
    solver: Callable[[Solver], Solver]
    counted: Where | None = None
    by_row: bool = False

    @property
    def where(self) -> Where:
        """Which data count, of the shape of an image's data."""
        shape = tuple(self.measurement.data.shape[1:])
        return np.ones(shape, bool) if self.counted is None else self.counted

    def without(self, held_out: Where) -> Measurement:
        """Return the measurement from the other data alone."""
        kept = torch.from_numpy(~held_out)
        measurement = self.measurement
        operator = Mask(kept) @ measurement.operator
        return replace(measurement, operator=operator, data=measurement.data * kept)


def seen_by(camera: Camera, data: Image, held: Where | None, sigma: float) -> Seen:
    """Return what a camera has of an image.

    Args:
        camera: of the data.
        data: `(height, width)`.
        held: which pixels have data; None for all.
        sigma: noise level, in 8-bit grey levels.
    """
    shape = (data.shape[0], data.shape[1])
    measurement = camera.seeing(data[None], held, sigma).measurement(data[None], held, Box(), sigma)
    return Seen(measurement, partial(camera.picture, shape=shape), camera.solver, held)


def slice_of(study: Study, frame: int) -> Seen:
    """Return what a scan has of a slice."""
    return Seen(study.measurement(frame), study.pictures, study.solver, by_row=True)
