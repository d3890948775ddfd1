"""The registry of the formats of image files; a new one is an entry here."""

from __future__ import annotations

import zlib
from pathlib import Path

from ...errors import ReconError
from ..beginning import read_beginning
from ..picture_folders import is_picture_folder
from . import arrays, field, jpeg, png, png_write, tiff, tiff_write, webp
from .format import FileFormat, begins_with

FORMATS = (
    FileFormat(
        "png", "PNG", (".png",), begins_with(png.SIGNATURE), png.read_png, png_write.write_png,
        dtypes=("uint8", "uint16"), stacks=False, turned=True,
    ),
    FileFormat(
        "tiff", "TIFF", (".tif", ".tiff"), begins_with(b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
        tiff.read_tiff, tiff_write.write_tiff, turned=True, inks=True, series=True,
    ),
    FileFormat(
        "jpeg", "JPEG", (".jpg", ".jpeg"), begins_with(b"\xff\xd8\xff"), jpeg.read_jpeg, jpeg.write_jpeg,
        dtypes=("uint8",), stacks=False, alpha=False, turned=True, inks=True,
    ),
    FileFormat(
        "webp", "WebP", (".webp",), webp.begins, webp.read_webp, webp.write_webp,
        dtypes=("uint8",), stacks=False, turned=True,
    ),
    FileFormat("npy", "npy", (".npy",), begins_with(b"\x93NUMPY"), arrays.read_npy, arrays.write_npy),
    FileFormat("npz", "npz", (".npz",), begins_with(b"PK\x03\x04"), arrays.read_npz, arrays.write_npz),
    *field.FORMATS,
)  # fmt: skip
BY_NAME = {each.name: each for each in FORMATS}
WRITTEN = tuple(suffix for each in FORMATS if each.write for suffix in each.suffixes)
"""Suffixes of what can be written."""
SUFFIXES = tuple(suffix for each in FORMATS for suffix in each.suffixes)
"""Suffixes of what can be read."""
OME_SUFFIXES = (".ome.tif", ".ome.tiff")
BEGINNING = 2**10
"""Bytes by which a format is known."""
_GZIP = b"\x1f\x8b"


def recognise(beginning: bytes, name: object) -> FileFormat:
    """Return the format that a file with these first bytes has.

    Raises:
        ReconError: when it is none that can be read.
    """
    packed = beginning.startswith(_GZIP)
    if packed:
        try:
            beginning = zlib.decompressobj(31).decompress(beginning, BEGINNING)
        except zlib.error:
            beginning = b""
    for each in FORMATS:
        if (each.gzipped or not packed) and not each.folder and each.begins(beginning):
            return each
    titles = [each.title for each in FORMATS]
    raise ReconError(f"{name} is not a {', '.join(titles[:-1])} or {titles[-1]} file")


def format_at(path: Path) -> FileFormat:
    """Return the format of a file or a folder by its content.

    Raises:
        ReconError: as `recognise`, and when it cannot be read.
    """
    if is_picture_folder(path):
        return next(each for each in FORMATS if each.folder)
    return recognise(read_beginning(path, BEGINNING), path)


def named_format(path: Path) -> FileFormat | None:
    """Return the format that a name stands for, or None."""
    name = path.name.lower()
    return next((each for each in FORMATS if name.endswith(each.suffixes)), None)
