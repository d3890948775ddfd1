"""Images with their names, from files, patterns and folders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ReconError
from .images import SUFFIXES, read_luma
from .inputs import find_inputs


class Named(NamedTuple):
    """An image.

    Attributes:
        name: of its file, of stacks with the number of the plane.
        pixels: `(height, width)`, in [0, 1].
    """

    name: str
    pixels: NDArray[np.float32]


def read_named(words: Sequence[str], smallest: int) -> list[Named]:
    """Read images in the order of their names: colours as luma, stacks plane by plane.

    Args:
        words: files, patterns or folders.
        smallest: least height and width in pixels.

    Raises:
        ReconError: when nothing is found, or a file cannot be read or is too small.
    """
    images = []
    for found in find_inputs(words, SUFFIXES, recursive=False, endings=()):
        planes = read_luma(found.path)
        count, height, width = planes.shape
        if min(height, width) < smallest:
            raise ReconError(
                f"{found.path} has {height} x {width} pixels, fewer than {smallest} x {smallest}"
            )
        for number, plane in enumerate(planes, start=1):
            images.append(Named(f"{found.path}[{number}]" if count > 1 else str(found.path), plane))
    return images
