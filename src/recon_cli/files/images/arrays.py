"""npy files, and npz files of one array."""

from __future__ import annotations

import zipfile
from typing import IO, Any

import numpy as np

from ...errors import ReconError
from ..npy_header import npy_header
from .limits import check_size
from .picture import Picture, samples_axes


def read_npy(file: IO[bytes], name: str) -> Picture:
    """Read an array of at least two axes, see `samples_axes`; nothing is unpickled.

    Raises:
        ReconError: when the array is too large, empty or a vector.
    """
    _check(name, *npy_header(file))
    file.seek(0)
    array = np.load(file, allow_pickle=False)
    return Picture(name, "npy", array, *samples_axes(array.shape))


def read_npz(file: IO[bytes], name: str) -> Picture:
    """Read the only array of an npz file, as `read_npy`.

    Raises:
        ReconError: when there are none or several arrays, or the array is too large, empty or a vector.
    """
    with zipfile.ZipFile(file) as archive:
        members = [member for member in archive.namelist() if member.endswith(".npy")]
        if len(members) != 1:
            names = ", ".join(member[:-4] for member in members) or "none"
            raise ReconError(f"{name} has to hold one array, and holds {names}; save the image alone")
        with archive.open(members[0]) as member:
            _check(name, *npy_header(member))
        with archive.open(members[0]) as member:
            array = np.lib.format.read_array(member, allow_pickle=False)
    return Picture(name, "npz", array, *samples_axes(array.shape), native=members[0][:-4])


def write_npy(picture: Picture, file: IO[bytes]) -> None:
    """Write the array alone."""
    np.save(file, picture.array, allow_pickle=False)


def write_npz(picture: Picture, file: IO[bytes]) -> None:
    """Write the array, compressed, under the name it had in an npz file, else `image`."""
    name = picture.native if picture.format == "npz" else "image"
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(f"{name}.npy", "w", force_zip64=True) as member,
    ):
        np.lib.format.write_array(member, picture.array, allow_pickle=False)


def _check(name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    if dtype.hasobject:
        raise ReconError(f"{name} holds Python objects; numbers can be read")
    check_size(name, shape)
    if len(shape) < 2:
        raise ReconError(f"{name} has shape {shape}; an image has at least two axes, (height, width)")
