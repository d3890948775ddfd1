"""How large an image may be; looked at before anything is decoded."""

from __future__ import annotations

import math

from ...errors import ReconError

MAX_PIXELS = 2**28


def check_size(name: str, shape: tuple[int, ...]) -> None:
    """Raise a ReconError when an image declares too many values or none.

    Args:
        name: of the file, for the error.
        shape: the whole array's, samples included.
    """
    values = math.prod(shape)
    if values == 0:
        raise ReconError(f"{name} is an empty image of shape {shape}")
    if values > MAX_PIXELS:
        raise ReconError(f"{name} declares {values} values; at most {MAX_PIXELS} can be read")
