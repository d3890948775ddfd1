"""Folders of images."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import ReconError
from .images import SUFFIXES, read_luma
from .inputs import files_in


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
