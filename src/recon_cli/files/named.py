"""The images of folders, and with their names those of files and patterns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ReconError
from .images import SUFFIXES, read_luma
from .inputs import files_in, find_inputs


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


def read_folder(folder: Path, smallest: int) -> tuple[list[NDArray[np.float32]], list[str]]:
    """Read every image of a folder, in the order of their names: colours as luma, stacks plane by plane.

    Args:
        folder: where the images lie; other files and hidden ones are passed over.
        smallest: least height and width in pixels.

    Returns:
        The images, `(height, width)` in [0, 1] each, and one sentence for each file that was skipped.

    Raises:
        ReconError: when the folder is missing or cannot be read, or no usable image is left.
    """
    images: list[NDArray[np.float32]] = []
    skipped: list[str] = []
    for path in files_in(folder, SUFFIXES):
        try:
            planes = read_luma(path)
        except ReconError as error:
            skipped.append(str(error))
            continue
        if min(planes.shape[1:]) < smallest:
            height, width = planes.shape[1:]
            skipped.append(f"{path} has {height} x {width} pixels, fewer than {smallest} x {smallest}")
        else:
            images.extend(planes)
    if not images:
        reason = f": {skipped[0]}" if skipped else ""
        raise ReconError(f"no usable image in {folder}{reason}")
    return images, skipped
