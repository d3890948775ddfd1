"""What a result leaves of the data of an operator, in standard deviations of their noise."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from ..engine.certificate import GREY_LEVELS

if TYPE_CHECKING:
    from torch import Tensor

    from ..engine.measurement import Measurement


def data_residual(measurement: Measurement, planes: Tensor) -> NDArray[np.float32] | None:
    """Return `(y - H x) / s`, s being the standard deviation of the noise for which the strengths are.

    Args:
        measurement: of one image.
        planes: x, `(planes, height, width)`, as solvers return it.

    Returns:
        `(channels, rows, columns)`, dimensionless: the last two axes of the data, or one row; every other
        axis, and the real and the imaginary part, count as channels. It is NaN where nothing was measured:
        where the data and what the image makes of them are exactly zero. None where the noise is not known.
    """
    if measurement.sigma is None:
        return None
    data = measurement.data.cpu()
    with torch.inference_mode():
        explained = measurement.to("cpu").forward(planes.cpu().to(data.real.dtype))
    level = measurement.sigma / (GREY_LEVELS * math.sqrt(measurement.weight))
    left = (data - explained) / level
    parts = torch.view_as_real(left).movedim(-1, 0) if left.is_complex() else left
    parts = parts.masked_fill((data == 0) & (explained == 0), math.nan)
    rows = 1 if data.ndim == 2 else data.shape[-2]
    return parts.float().reshape(-1, rows, data.shape[-1]).numpy()
