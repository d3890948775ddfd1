"""Sampling masks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ReconError
from .atomic import write_atomically
from .images import read_image
from .kspace.arrays import read_npy, read_npz_array
from .kspace.cfl import read_cfl
from .kspace.checks import NUMBERS
from .kspace.mat import read_mat
from .kspace.recognise import recognise

_NAMES = ("mask",)
_SUFFIXES = (".npy", ".png")
_MASK_VALUES = 16
"""Most different values of a mask: counts of averages are few, densities are many."""


def read_mask(path: Path) -> NDArray[np.bool_]:
    """Read a mask; whatever is not zero is sampled.

    Formats: npy, npz and MATLAB (named `mask` or the only array), PNG, and BART cfl.

    Returns:
        `(width,)`, one value for each column, or two or three axes for `fit_mask`.

    Raises:
        ReconError: when the file cannot be read, has other axes, NaN, or nothing sampled.
    """
    return as_mask(_decode(path), str(path))


def as_mask(array: NDArray[Any], name: str) -> NDArray[np.bool_]:
    """Return an array as a mask of one or two axes, or of three with one for each frame.

    Args:
        array: of numbers; further axes of length one are dropped.
        name: where it comes from, for the error.

    Raises:
        ReconError: as `read_mask`.
    """
    shape = list(array.shape)
    while len(shape) > 2 and 1 in (shape[0], shape[-1]):
        shape.pop(-1 if shape[-1] == 1 else 0)
    if len(shape) not in (1, 2, 3) or array.dtype.kind not in NUMBERS:
        raise ReconError(
            f"{name} holds {array.dtype} values of shape {array.shape}; "
            "a mask has one number for each column or each sample, of all frames or of each"
        )
    if np.isnan(array).any():
        raise ReconError(f"{name} has {int(np.isnan(array).sum())} NaN values; a mask has none")
    if not array.any():
        raise ReconError(f"{name} is zero everywhere: nothing is sampled")
    values = np.unique(np.abs(array))
    if len(values) > _MASK_VALUES:
        raise ReconError(
            f"{name} holds {len(values)} different values, as a sampling density does; a mask has zeros "
            "where nothing was sampled, and ones elsewhere"
        )
    return array.reshape(shape) != 0


def fit_mask(
    mask: NDArray[np.bool_], height: int, width: int, name: str, frames: int = 1
) -> NDArray[np.bool_]:
    """Return a mask of the size of k-space.

    Args:
        mask: `(height, width)`; or `(width,)` or `(1, width)`, the same for all rows; or `(height, 1)`, the
            same for all columns; or such planes for each frame.
        height: rows of k-space.
        width: columns of k-space.
        name: where the mask comes from, for the error.
        frames: of k-space.

    Returns:
        `(height, width)`, or `(frames, height, width)`.

    Raises:
        ReconError: when the shape does not fit.
    """
    if mask.ndim == 3 and len(mask) != frames:
        raise ReconError(f"{name} has shape {mask.shape}, but k-space has {frames} frames")
    plane = mask.shape[-2:]
    if _fits(plane, height, width):
        return np.broadcast_to(mask, (*mask.shape[:-2], height, width)).copy()
    mend = ""
    if mask.shape == (height,):
        mend = f"; give it as a column, of shape ({height}, 1)"
    elif _fits(plane[::-1], height, width):
        mend = "; give its transpose"
    raise ReconError(
        f"{name} has shape {mask.shape}, but k-space has {height} rows and {width} columns{mend}"
    )


def write_mask(path: Path, mask: NDArray[np.bool_]) -> None:
    """Write a mask as npy or as a black and white PNG, whole or not at all.

    Args:
        path: ending in `.npy` or `.png`.
        mask: `(width,)` or `(height, width)`; the former makes a PNG of one row.

    Raises:
        ReconError: when the suffix is another or the place cannot be written.
    """
    from PIL import Image as Pillow

    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        raise ReconError(f"cannot write {path}: its name has to end in {', '.join(_SUFFIXES)}", 2)
    if suffix == ".npy":
        write_atomically(path, lambda file: np.save(file, mask, allow_pickle=False))
    else:
        picture = Pillow.fromarray(np.atleast_2d(mask).astype(np.uint8) * np.uint8(255))
        write_atomically(path, lambda file: picture.save(file, "PNG"))


def _decode(path: Path) -> NDArray[Any]:
    match recognise(path):
        case "npy":
            return read_npy(path)
        case "npz":
            return read_npz_array(path, _NAMES)
        case "cfl":
            return read_cfl(path)
        case "mat" | "mat 7.3":
            return read_mat(path, _NAMES, prefer_complex=False)
        case "png":
            return read_image(path)
    raise ReconError(f"{path} is not a mask: npy, npz, MATLAB, PNG and BART cfl can be read")


def _fits(shape: tuple[int, ...], height: int, width: int) -> bool:
    return shape in ((width,), (1, width), (height, 1), (height, width))
