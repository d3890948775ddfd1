"""NumPy's files, npy and npz."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from ...errors import ReconError
from ..npy_header import npy_header
from .axes import NUMPY_AXES, default_axes
from .checks import NUMBERS, check_size, choose, decoding
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


def read_npz_kspace(path: Path, axes: str | None) -> Stored:
    """Read k-space from an npz file, with its `mask` and `maps` (or `mps`) when there are any.

    The samples are named `kspace`, `kdata` or `data`, or are the only other array.

    Raises:
        ReconError: when the file cannot be read, its samples are not clear or have a wrong number of axes.
    """
    names = npz_names(path)
    name = choose(path, [n for n in names if n not in ("mask", *MAPS_NAMES)], KSPACE_NAMES)
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
    with decoding(path):
        array = np.load(path, mmap_mode="r", allow_pickle=False)
        _check(path, array.shape, array.dtype)
        return np.array(array)


def npz_names(path: Path) -> list[str]:
    """Return the names of the arrays in an npz file.

    Raises:
        ReconError: when the file is damaged.
    """
    with decoding(path), zipfile.ZipFile(path) as archive:
        return [name[:-4] for name in archive.namelist() if name.endswith(".npy")]


def read_npz(path: Path, name: str) -> NDArray[Any]:
    """Read one array of an npz file; its declared size is checked first, and nothing is unpickled.

    Raises:
        ReconError: when the file is damaged or the array too large or not of numbers.
    """
    with decoding(path), zipfile.ZipFile(path) as archive:
        with archive.open(f"{name}.npy") as member:
            shape, dtype = npy_header(member)
            _check(path, shape, dtype)
        with archive.open(f"{name}.npy") as member:
            return npy.read_array(member, allow_pickle=False)


def read_npz_array(path: Path, preferred: Sequence[str]) -> NDArray[Any]:
    """Read the array of an npz file that has one of the preferred names or is the only one.

    Raises:
        ReconError: as `read_npz`, and when the choice is not clear.
    """
    return read_npz(path, choose(path, npz_names(path), preferred))


def _check(path: Path, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    if dtype.kind not in NUMBERS:
        raise ReconError(f"{path} holds {dtype} values; numbers can be read")
    check_size(path, shape)
