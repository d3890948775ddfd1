"""How large an image may be; looked at before anything is decoded."""

from __future__ import annotations

import math

from ...errors import ReconError
from ..limits import check_size


def check_image(name: str, shape: tuple[int, ...], itemsize: int = 1) -> None:
    """Raise a ReconError when an image declares too much, see `check_size`, or nothing.

    Args:
        name: of the file, for the error.
        shape: the whole array's, samples included.
        itemsize: bytes of a sample.
    """
    if math.prod(shape) == 0:
        raise ReconError(f"{name} is an empty image of shape {shape}")
    check_size(name, shape, itemsize)
