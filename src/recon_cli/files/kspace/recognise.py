"""Which format a file has."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Literal

from ..beginning import ClampedReader, read_beginning
from ..decoding import decoding
from ..numpy_arrays import read_header

Format = Literal["npy", "npz", "cfl", "mat", "mat 7.3", "hdf5", "png", "unknown"]
_BEGINNINGS: dict[bytes, Format] = {
    b"\x93NUMPY": "npy",
    b"PK": "npz",
    b"MATLAB 5.0 MAT-file": "mat",
    b"MATLAB 7.3 MAT-file": "mat 7.3",
    b"\x89HDF\r\n\x1a\n": "hdf5",
    b"\x89PNG\r\n\x1a\n": "png",
}


_OF_KSPACE_ALONE = ("cfl", "mat", "mat 7.3", "hdf5")
"""Formats in which no picture is read."""


def pair(path: Path) -> tuple[Path, Path]:
    """Return the paths of BART's samples and header, for the name of either or of both without suffix."""
    base = path.name[:-4] if path.suffix in (".cfl", ".hdr") else path.name
    return path.with_name(base + ".cfl"), path.with_name(base + ".hdr")


def recognise(path: Path) -> Format:
    """Return the format of a file by its content; BART's pair of files, which has no mark, by its name.

    Raises:
        ReconError: when the file is missing, empty or cannot be read.
    """
    if path.suffix in (".cfl", ".hdr") or (not path.is_file() and all(part.is_file() for part in pair(path))):
        return "cfl"
    beginning = read_beginning(path, 32)
    return next((found for mark, found in _BEGINNINGS.items() if beginning.startswith(mark)), "unknown")


def holds_kspace(path: Path) -> bool:
    """Return whether a file holds k-space and no picture: by its format, npy and npz by complex values.

    Raises:
        ReconError: when it is missing, empty or cannot be read, or an npy or npz file is damaged.
    """
    found = recognise(path)
    if found == "npy":
        with decoding(path), ClampedReader(path) as file:
            return read_header(file)[2].kind == "c"
    if found == "npz":
        with decoding(path), ClampedReader(path) as file, zipfile.ZipFile(file) as archive:
            names = [name for name in archive.namelist() if name.endswith(".npy")]
            return any(_is_complex(archive, name) for name in names)
    return found in _OF_KSPACE_ALONE


def _is_complex(archive: zipfile.ZipFile, name: str) -> bool:
    with archive.open(name) as member:
        return read_header(member)[2].kind == "c"
