"""Images that say something of each pixel of another one: masks, noise levels, broken pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from .read import read_picture


def read_map(path: Path, what: str) -> NDArray[Any]:
    """Read a map, `(planes, height, width)`, of the type that the file stores.

    Args:
        path: of an image.
        what: the map is, for messages.

    Raises:
        ReconError: when the image cannot be read, or has colours.
    """
    picture = read_picture(path)
    stored = picture.changing()
    if stored.shape[-3] != 1:
        raise ReconError(f"{path} has shape {picture.array.shape}; {what} is grey", 2)
    return stored.reshape(-1, *stored.shape[-2:])


def fitted(values: NDArray[Any], shape: tuple[int, ...], name: object, what: str) -> NDArray[Any]:
    """Return a map as one of all planes of an image.

    Args:
        values: of one plane or all.
        shape: planes, height and width of the image.
        name: of the map, for messages.
        what: it is, likewise.

    Raises:
        ReconError: when it has another size.
    """
    if values.shape[1:] != shape[1:] or len(values) not in (1, shape[0]):
        raise ReconError(
            f"{name} has shape {values.shape}, and the image {shape}; "
            f"{what} is grey, of one plane or as many",
            2,
        )
    return np.broadcast_to(values, shape)
