"""Writing image files; the suffix of the name decides on the format."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np

from ...errors import ReconError
from ..atomic import write_atomically
from ..beginning import read_beginning
from .arrays import write_npy, write_npz
from .jpeg import write_jpeg
from .picture import Format, Picture
from .png_write import write_png
from .read import recognise
from .tiff_write import write_tiff

_FORMATS: dict[str, Format] = {
    ".png": "png", ".tif": "tiff", ".tiff": "tiff", ".jpg": "jpeg", ".jpeg": "jpeg",
    ".npy": "npy", ".npz": "npz",
}  # fmt: skip
_OME_SUFFIXES = (".ome.tif", ".ome.tiff")
SUFFIXES = tuple(_FORMATS)
_WRITERS: dict[Format, Callable[[Picture, IO[bytes]], None]] = {
    "png": write_png, "tiff": write_tiff, "jpeg": write_jpeg, "npy": write_npy, "npz": write_npz,
}  # fmt: skip


def format_of(path: Path) -> Format:
    """Return the format that a name stands for.

    Raises:
        ReconError: when no format belongs to its suffix.
    """
    if path.suffix.lower() not in _FORMATS:
        raise ReconError(f"cannot write {path}: its name has to end in {', '.join(SUFFIXES)}", 2)
    return _FORMATS[path.suffix.lower()]


def natural_suffix(path: Path) -> str:
    """Return the suffix of a file, `.ome.tif` whole; by content where its name does not say the format."""
    if path.name.lower().endswith(_OME_SUFFIXES):
        return "".join(path.suffixes[-2:])
    if path.suffix.lower() in _FORMATS or not path.is_file():
        return path.suffix
    try:
        found = recognise(read_beginning(path, 8), str(path))
    except ReconError:
        return path.suffix  # reading the file will say what is wrong with it
    return next(suffix for suffix, known in _FORMATS.items() if known == found)


def dtype_for(picture: Picture, target: Format, asked: str | None) -> np.dtype[Any]:
    """Return the type in which a picture's samples are written, its own where the format has it.

    Floats become 16 bits in a PNG; everything becomes 8 bits in a JPEG.

    Args:
        picture: as it was read.
        target: the format of the result.
        asked: the type that the user wants, if any.

    Raises:
        ReconError: when the format does not hold that type, so many planes, or alpha.
    """
    _check_shape(picture, target)
    held = {"png": ("uint8", "uint16"), "jpeg": ("uint8",)}.get(target)
    if asked and held and asked not in held:
        raise ReconError(f"a {target.upper()} holds {' or '.join(held)}, not {asked}; take .tif or .npy", 2)
    own = picture.array.dtype
    dtype = np.dtype(asked) if asked and asked != own.name else own  # which may be big-endian
    return np.dtype(held[-1]) if held and dtype.name not in held else dtype


def write_picture(picture: Picture, target: Format, place: Path) -> None:
    """Write a picture of a fitting type, see `dtype_for`, whole or not at all.

    Raises:
        ReconError: when the place cannot be written, or holds a file that may not be replaced.
    """
    write_atomically(place, lambda file: _WRITERS[target](picture, file))


def encode_picture(picture: Picture, target: Format) -> bytes:
    """Return the bytes of the file that `write_picture` would write."""
    file = io.BytesIO()
    _WRITERS[target](picture, file)
    return file.getvalue()


def _check_shape(picture: Picture, target: Format) -> None:
    if target not in ("png", "jpeg"):
        return
    if math.prod(picture.changing().shape[:-3]) != 1:
        raise ReconError(
            f"{picture.name} is a stack, and a {target.upper()} holds one image; take .tif or .npy"
        )
    if target == "jpeg" and picture.copied:
        raise ReconError(f"{picture.name} has an alpha channel, which a JPEG cannot hold; take .png or .tif")
