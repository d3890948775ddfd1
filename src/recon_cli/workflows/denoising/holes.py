"""Pixels without data: what stands in their place before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from ...engine.operators.mask import Mask
from ...files.images.values import stored_as

if TYPE_CHECKING:
    from ...files.images import Picture


def fill_holes(planes: NDArray[np.float32], holes: NDArray[np.bool_] | None) -> NDArray[np.float32]:
    """Put means of the pixels around in place of holes, in place.

    Args:
        planes: `(planes, channels, height, width)`.
        holes: `(planes, height, width)`, or None.
    """
    for plane, hole in zip(planes, () if holes is None else holes, strict=holes is not None):
        if hole.any():
            plane[...] = Mask(torch.from_numpy(~hole)).start(torch.from_numpy(plane)).numpy()
    return planes


def keep_holes(result: Picture, source: Picture, holes: NDArray[np.bool_]) -> None:
    """Put what a picture had in its holes into another of the same shape, which may have another type.

    Args:
        result: it is changed.
        source: gives the values.
        holes: `(planes, height, width)`.
    """
    changed, stored = result.changing(), source.changing()
    where = np.broadcast_to(result.for_colours(holes), changed.shape)
    values: NDArray[Any] = stored[where]
    if values.dtype != changed.dtype:
        wide = values.astype(np.float64)
        values = stored_as(wide if changed.dtype.kind == "f" else np.nan_to_num(wide), changed.dtype)
    changed[where] = values
