"""NumPy's files, npy and npz."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ..beginning import ClampedReader
from ..decoding import decoding
from ..limits import check_size
from ..numpy_arrays import Check, members, read_array, read_member
from .axes import NUMPY_AXES, default_axes
from .checks import NUMBERS, choose, chosen
from .samples import Stored

KSPACE_NAMES = ("kspace", "kdata", "data")
MAPS_NAMES = ("maps", "mps")


def read_npy_kspace(path: Path, axes: str | None) -> Stored:
    """Read k-space from an npy file; without axes as `(coil, y, x)` and so on.

    Raises:
        ReconError: when the file cannot be read or has a wrong number of axes.
    """
    array = read_npy(path)
    return Stored(array, axes or default_axes(path, array.shape, NUMPY_AXES), "npy")


def read_npz_kspace(path: Path, axes: str | None, variable: str | None = None) -> Stored:
    """Read k-space from an npz file, with its `mask` and `maps` (or `mps`) when there are any.

    The samples have the name of the variable, or `kspace`, `kdata` or `data`, or are the only other array.

    Raises:
        ReconError: when the file cannot be read, its samples are not clear or have a wrong number of axes.
    """
    names = npz_names(path)
    name = chosen(path, [n for n in names if n not in ("mask", *MAPS_NAMES)], KSPACE_NAMES, variable)
    array = read_npz(path, name)
    maps = [n for n in MAPS_NAMES if n in names]
    return Stored(
        array,
        axes or default_axes(path, array.shape, NUMPY_AXES),
        "npz",
        mask=read_npz(path, "mask") if "mask" in names else None,
        maps=read_npz(path, choose(path, maps, MAPS_NAMES)) if maps else None,
    )


def read_npy(path: Path) -> NDArray[Any]:
    """Read the array of an npy file; its declared size is checked first, and nothing is unpickled.

    Raises:
        ReconError: when the file is damaged, too large or holds no numbers.
    """
    with decoding(path), ClampedReader(path) as file:
        return read_array(file, _check(path))


def npz_names(path: Path) -> list[str]:
    """Return the names of the arrays in an npz file.

    Raises:
        ReconError: when the file is damaged.
    """
    with decoding(path), ClampedReader(path) as file, zipfile.ZipFile(file) as archive:
        return members(archive)


def read_npz(path: Path, name: str) -> NDArray[Any]:
    """Read one array of an npz file; its declared size is checked first, and nothing is unpickled.

    Raises:
        ReconError: when the file is damaged or the array too large or not of numbers.
    """
    with decoding(path), ClampedReader(path) as file, zipfile.ZipFile(file) as archive:
        return read_member(archive, name, _check(path))


def read_npz_array(path: Path, preferred: Sequence[str]) -> NDArray[Any]:
    """Read the array of an npz file that has one of the preferred names or is the only one.

    Raises:
        ReconError: as `read_npz`, and when the choice is not clear.
    """
    return read_npz(path, choose(path, npz_names(path), preferred))


def _check(path: Path) -> Check:
    def check(shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        if dtype.kind not in NUMBERS:
            raise ReconError(f"{path} holds {dtype} values; numbers can be read")
        check_size(path, shape, dtype.itemsize)

    return check
