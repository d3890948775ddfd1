"""A picture of more or fewer pixels, that a finer or coarser result takes the place of."""

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


def reduced(picture: Picture, factor: int) -> Picture:
    """Return a picture with every so many-th row and column of whole blocks, as `enlarged` undoes it.

    Args:
        picture: as it was read, of at least as many rows and columns.
        factor: how many; 1 returns the picture itself.
    """
    if factor == 1:
        return picture
    array = picture.array
    for letter in "YX":
        axis = picture.axes.rindex(letter)
        array = array.take(range(0, array.shape[axis] // factor * factor, factor), axis)
    dpi = picture.dpi and (picture.dpi[0] / factor, picture.dpi[1] / factor)
    return replace(picture, array=array, dpi=dpi, format="npy", native=None)
