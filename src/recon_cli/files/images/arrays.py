"""npy files, and npz files of one array."""

from __future__ import annotations

import zipfile
from typing import IO, Any

import numpy as np

from ...errors import ReconError
from ..limits import check_image
from ..numpy_arrays import Check, members, read_array, read_member
from .picture import Picture, samples_axes


def read_npy(file: IO[bytes], name: str) -> Picture:
    """Read an array of at least two axes, see `samples_axes`; nothing is unpickled.

    Raises:
        ReconError: when the array is too large, empty or a vector.
    """
    array = read_array(file, _check(name))
    return Picture(name, "npy", array, *samples_axes(array.shape))


def read_npz(file: IO[bytes], name: str) -> Picture:
    """Read the only array of an npz file, as `read_npy`.

    Raises:
        ReconError: when there are none or several arrays, or the array is too large, empty or a vector.
    """
    with zipfile.ZipFile(file) as archive:
        names = members(archive)
        if len(names) != 1:
            held = ", ".join(names) or "none"
            raise ReconError(f"{name} has to hold one array, and holds {held}; save the image alone")
        array = read_member(archive, names[0], _check(name))
    return Picture(name, "npz", array, *samples_axes(array.shape), native=names[0])


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


def _check(name: str) -> Check:
    def check(shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        if dtype.hasobject:
            raise ReconError(f"{name} holds Python objects; numbers can be read")
        check_image(name, shape, dtype.itemsize)
        if len(shape) < 2:
            raise ReconError(f"{name} has shape {shape}; an image has at least two axes, (height, width)")

    return check
