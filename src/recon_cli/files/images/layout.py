"""The axes of a picture in the order that another format wants."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from .picture import Picture


def letters_of(picture: Picture, known: str) -> str:
    """Return a letter of a format for each axis: its own where the format knows it, else one that is free.

    Args:
        picture: whose axes are named; samples of a pixel become channels.
        known: letters that the format knows, those that are given away first in the end.

    Raises:
        ReconError: when there are more axes than letters.
    """
    wanted = picture.axes.replace("S", "C") if "C" not in picture.axes else picture.axes
    free = [letter for letter in known if letter not in wanted]
    letters = []
    for letter, length in zip(wanted, picture.array.shape, strict=True):
        if letter in known and letter not in letters:
            letters.append(letter)
        elif length == 1:
            letters.append("1")
        elif free:
            letters.append(free.pop())
        else:
            raise ReconError(f"{picture.name} has more axes than {', '.join(known)}; take .tif or .npy")
    return "".join(letters)


def in_order(picture: Picture, order: str) -> tuple[NDArray[Any], str]:
    """Return the array with its axes in an order, and their letters; rows and columns are always there.

    Args:
        picture: whose samples are meant.
        order: letters that the format knows, in its order.

    Raises:
        ReconError: as `letters_of`.
    """
    letters = letters_of(picture, order)
    array = picture.array.squeeze(tuple(k for k, letter in enumerate(letters) if letter == "1"))
    letters = letters.replace("1", "")
    there = [letter for letter in order if letter in letters]
    array = array.transpose([letters.index(letter) for letter in there])
    kept = [letter for letter in order if letter in letters or letter in "YX"]
    absent = tuple(k for k, letter in enumerate(kept) if letter not in letters)
    return np.expand_dims(array, absent), "".join(kept)
