"""Pixels of an image that hold no data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from .picture import Picture
from .read import read_picture


@dataclass(frozen=True)
class Holes:
    """Which pixels hold no data.

    Attributes:
        where: `(planes, height, width)`.
        said: how many, and why, in words.
    """

    where: NDArray[np.bool_]
    said: str


@dataclass(frozen=True)
class HoleFinder:
    """What counts as a hole besides values that are not finite, and pixels that are wholly transparent.

    Attributes:
        nodata: value of pixels without data, in place of that which the file names.
        mask: image that is zero where there are none, of one plane or of as many as the picture.
    """

    nodata: float | None = None
    mask: Path | None = None

    def __post_init__(self) -> None:
        """Raise a ReconError for a value that is a hole anyway."""
        if self.nodata is not None and not math.isfinite(self.nodata):
            raise ReconError(
                f"--nodata has to be a finite number, and is {self.nodata:g}; others are holes anyway", 2
            )

    def find(self, picture: Picture) -> Holes | None:
        """Return the holes of a picture, or None where it has none.

        Raises:
            ReconError: when the mask does not fit, or a plane has no data at all.
        """
        stored = picture.changing()
        shape = (-1, *stored.shape[-2:])
        found = {
            "NaN or infinite": _any(stored, lambda part: ~np.isfinite(part))
            if stored.dtype.kind == "f"
            else None,
            "nodata": self._nodata(picture),
            "transparent": _transparent(picture),
            "masked": self._masked(picture),
        }
        present = {
            reason: part.reshape(shape) for reason, part in found.items() if part is not None and part.any()
        }
        if not present:
            return None
        where = np.logical_or.reduce([*present.values()])
        counts = [f"{int(part.sum())} {reason}" for reason, part in present.items()]
        empty = np.flatnonzero(where.all((1, 2)))
        if len(empty):
            plane = f"plane {empty[0]} of " if len(where) > 1 else ""
            raise ReconError(f"{plane}{picture.name} has no pixel with data ({', '.join(counts)})")
        return Holes(where, f"{int(where.sum())} pixels without data ({', '.join(counts)})")

    def _nodata(self, picture: Picture) -> NDArray[np.bool_] | None:
        value = picture.nodata if self.nodata is None else self.nodata
        return None if value is None else _any(picture.changing(), lambda part: part == value)

    def _masked(self, picture: Picture) -> NDArray[np.bool_] | None:
        if self.mask is None:
            return None
        mask = read_picture(self.mask)
        stored, planes = mask.changing(), picture.changing()
        count = int(np.prod(planes.shape[:-3]))
        own = stored.reshape(-1, *stored.shape[-2:])
        if stored.shape[-3] != 1 or own.shape[1:] != planes.shape[-2:] or len(own) not in (1, count):
            raise ReconError(
                f"{self.mask} has shape {mask.array.shape}, and the image {picture.array.shape}; a mask is "
                "grey, of one plane or as many",
                2,
            )
        return np.broadcast_to(own == 0, (count, *own.shape[1:]))


def _any(stored: NDArray[Any], test: Any) -> NDArray[np.bool_]:
    """Return where a test holds for any colour, `(..., height, width)`."""
    where = np.zeros(stored.shape[:-3] + stored.shape[-2:], np.bool_)
    for colour in range(stored.shape[-3]):
        where |= test(stored[..., colour, :, :])
    return where


def _transparent(picture: Picture) -> NDArray[np.bool_] | None:
    """Return where alpha is zero, unless it is so everywhere in a plane."""
    if picture.copied != 1:
        return None
    clear: NDArray[np.bool_] = picture.copying()[..., 0, :, :] == 0
    return clear & ~clear.all((-2, -1), keepdims=True)
