"""Pixels of an image that hold no data, or wrong ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from .hot_pixels import find_hot_pixels
from .maps import fitted, read_map
from .picture import Picture


@dataclass(frozen=True)
class Holes:
    """Which pixels hold no data, or wrong ones.

    Attributes:
        where: `(planes, height, width)`.
        said: how many hold none, and why, in words; empty where there is none.
        hot: which of them are hot or dead, of the same shape; None where there is none.
    """

    where: NDArray[np.bool_]
    said: str
    hot: NDArray[np.bool_] | None = None

    def describe(self, kept: bool) -> str:
        """Return how many there are in words.

        Args:
            kept: whether pixels without data are left as they are; hot ones never are.
        """
        parts = [f"{self.said} {'kept' if kept else 'filled'}"] if self.said else []
        if self.hot is not None:
            parts.append(f"{int(self.hot.sum())} hot or dead pixels filled")
        return ", ".join(parts)


@dataclass(frozen=True)
class HoleFinder:
    """What counts as a hole besides values that are not finite, and pixels that are wholly transparent.

    Attributes:
        nodata: value of pixels without data, in place of that which the file names.
        mask: image that is zero where there are none, of one plane or of as many as the picture.
        hot: image that is not zero where pixels are hot or dead; `auto` finds them.
    """

    nodata: float | None = None
    mask: Path | None = None
    hot: Path | Literal["auto"] | None = None

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
        lacking = np.logical_or.reduce([*present.values()]) if present else None
        hot = self._hot(picture, lacking)
        where = lacking if hot is None else hot if lacking is None else lacking | hot
        if where is None:
            return None
        counts = [f"{int(part.sum())} {reason}" for reason, part in present.items()]
        empty = np.flatnonzero(where.all((1, 2)))
        if len(empty):
            plane = f"plane {empty[0]} of " if len(where) > 1 else ""
            raise ReconError(f"{plane}{picture.name} has no pixel with data ({', '.join(counts)})")
        number = 0 if lacking is None else int(lacking.sum())
        return Holes(where, f"{number} pixels without data ({', '.join(counts)})" if number else "", hot)

    def _hot(self, picture: Picture, lacking: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
        """Return which pixels with data are hot or dead, or None where none is."""
        if self.hot is None:
            return None
        if self.hot == "auto":
            found = _any(picture.changing(), _hot_of_planes)
            found = found.reshape(-1, *found.shape[-2:])
        else:
            found = _map(self.hot, picture, "a map of hot pixels") != 0
        found = found if lacking is None else found & ~lacking
        return found if found.any() else None

    def _nodata(self, picture: Picture) -> NDArray[np.bool_] | None:
        value = picture.nodata if self.nodata is None else self.nodata
        return None if value is None else _any(picture.changing(), lambda part: part == value)

    def _masked(self, picture: Picture) -> NDArray[np.bool_] | None:
        if self.mask is None:
            return None
        return _map(self.mask, picture, "a mask") == 0


def _any(stored: NDArray[Any], test: Any) -> NDArray[np.bool_]:
    """Return where a test holds for any colour, `(..., height, width)`."""
    where = np.zeros(stored.shape[:-3] + stored.shape[-2:], np.bool_)
    for colour in range(stored.shape[-3]):
        where |= test(stored[..., colour, :, :])
    return where


def _hot_of_planes(planes: NDArray[Any]) -> NDArray[np.bool_]:
    found = np.zeros(planes.shape, np.bool_)
    for place in np.ndindex(planes.shape[:-2]):
        found[place] = find_hot_pixels(planes[place])
    return found


def _map(path: Path, picture: Picture, what: str) -> NDArray[Any]:
    """Read a map of the picture's pixels, `(planes, height, width)`."""
    *outer, _, height, width = picture.changing().shape
    return fitted(read_map(path, what), (math.prod(outer), height, width), path, what)


def _transparent(picture: Picture) -> NDArray[np.bool_] | None:
    """Return where alpha is zero, unless it is so everywhere in a plane."""
    if picture.copied != 1:
        return None
    clear: NDArray[np.bool_] = picture.copying()[..., 0, :, :] == 0
    return clear & ~clear.all((-2, -1), keepdims=True)
