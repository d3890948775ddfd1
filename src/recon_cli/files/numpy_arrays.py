"""Arrays in npy and npz files, looked at before they are read; nothing is unpickled."""

from __future__ import annotations

import io
import math
import struct
import zipfile
from collections.abc import Callable
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

Check = Callable[[tuple[int, ...], np.dtype[Any]], None]
"""Raises an error where an array of this shape and dtype is not to be read."""
_LENGTHS = {(1, 0): "<H", (2, 0): "<I", (3, 0): "<I"}
_LONGEST = 10_000
_AT_ONCE = 2**22
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def read_array(file: IO[bytes], check: Check) -> NDArray[Any]:
    """Read the array that begins here, once its shape and dtype are accepted.

    Args:
        file: open for reading; a pipe will do.
        check: is called before room is made for the array.

    Raises:
        ValueError: when it is damaged or not of plain numbers or text, and what `check` raises.
    """
    shape, fortran, dtype = read_header(file)
    check(shape, dtype)
    if dtype.hasobject or dtype.subdtype or not dtype.itemsize:
        raise ValueError(f"values of type {dtype} cannot be read")
    values = np.empty(math.prod(shape), dtype)
    room, filled = values.view(np.uint8).data, 0
    while filled < len(room):
        part = file.read(min(_AT_ONCE, len(room) - filled))
        if not part:
            raise ValueError(f"it ends after {filled} of {len(room)} bytes")
        room[filled : filled + len(part)] = part
        filled += len(part)
    return values.reshape(shape, order="F" if fortran else "C")


def members(archive: zipfile.ZipFile) -> list[str]:
    """Return the names of the arrays in an npz file."""
    return [name[:-4] for name in archive.namelist() if name.endswith(".npy")]


def read_member(archive: zipfile.ZipFile, name: str, check: Check) -> NDArray[Any]:
    """Read one array of an npz file, as `read_array`.

    Raises:
        ValueError: also when it is packed as NumPy never does, which may unpack to any size.
    """
    if archive.getinfo(f"{name}.npy").compress_type not in _PLAIN:
        raise ValueError(f"{name} is packed neither plainly nor with deflate")
    with archive.open(f"{name}.npy") as member:
        return read_array(member, check)


def read_header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return the shape of an array that begins here, whether it is in the order of Fortran, and its dtype.

    Raises:
        ValueError: when it is damaged.
    """
    version = npy.read_magic(file)
    if version not in _LENGTHS:
        raise ValueError(f"version {version} of npy is unknown")
    beginning = file.read(struct.calcsize(_LENGTHS[version]))
    (length,) = struct.unpack(_LENGTHS[version], beginning)
    if length > _LONGEST:  # a file may declare gigabytes
        raise ValueError(f"its header has {length} bytes")
    content = io.BytesIO(beginning + file.read(length))
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    try:
        return read(content)
    except (MemoryError, RecursionError) as error:  # of the parser, when brackets are nested
        raise ValueError("its header is no description of an array") from error
