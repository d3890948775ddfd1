"""A picture of more pixels, that a finer result takes the place of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .picture import Picture


def enlarged(picture: Picture, factor: int) -> Picture:
    """Return a picture with so many times as many rows and columns, each pixel repeated.

    Alpha, colour profile and orientation stay, pixels per inch grow. What else a TIFF says describes its own
    pixels and is left out.

    Args:
        picture: as it was read.
        factor: how many times; 1 returns the picture itself.
    """
    if factor == 1:
        return picture
    array = picture.array
    for letter in "YX":
        array = np.repeat(array, factor, picture.axes.rindex(letter))
    dpi = picture.dpi and (picture.dpi[0] * factor, picture.dpi[1] * factor)
    return replace(picture, array=array, dpi=dpi, format="npy", native=None)
