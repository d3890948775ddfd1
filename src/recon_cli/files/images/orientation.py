"""How an image has to be turned to stand upright, which some formats say beside the pixels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .exif import ORIENTATION
from .picture import Picture

_TURNS = {2: ("X", False), 3: ("YX", False), 4: ("Y", False), 5: ("", True), 6: ("X", True), 7: ("YX", True),
          8: ("Y", True)}  # fmt: skip
"""By EXIF's number: along which axes the image is mirrored, after rows and columns were exchanged or not."""


def orientation_of(exif: bytes | None) -> int:
    """Return EXIF's number of an orientation, 1 where there is none."""
    from PIL import Image as Pillow

    if not exif:
        return 1
    data = Pillow.Exif()
    data.load(exif)
    found = data.get(ORIENTATION, 1)
    return found if found in _TURNS else 1


def upright(picture: Picture) -> Picture:
    """Return a picture whose pixels are turned as its EXIF data say, for a format that cannot say so."""
    mirrored, exchanged = _TURNS.get(orientation_of(picture.exif), ("", False))
    if not mirrored and not exchanged:
        return picture
    rows, cols = picture.axes.rindex("Y"), picture.axes.rindex("X")
    array = picture.array.swapaxes(rows, cols) if exchanged else picture.array
    array = np.flip(array, tuple(picture.axes.rindex(axis) for axis in mirrored))
    dpi = picture.dpi[::-1] if picture.dpi and exchanged else picture.dpi
    return replace(picture, array=np.ascontiguousarray(array), exif=None, dpi=dpi)
