"""Writing image files; the suffix of the name decides on the format."""

from __future__ import annotations

import gzip
import io
import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np

from ...errors import ReconError
from ..atomic import write_atomically, write_folder_atomically
from .format import FileFormat
from .formats import BY_NAME, OME_SUFFIXES, WRITTEN, format_at, named_format
from .orientation import upright
from .picture import INKS, Format, Picture


def format_of(path: Path) -> Format:
    """Return the format that a name stands for.

    Raises:
        ReconError: when none that can be written belongs to its suffix.
    """
    known = named_format(path)
    if known is None or not known.write:
        title = f"a {known.title} file can only be read; " if known else ""
        raise ReconError(f"cannot write {path}: {title}its name has to end in {', '.join(WRITTEN)}", 2)
    return known.name


def format_after(picture: Picture) -> Format:
    """Return the format of a result whose name does not say it: that of the picture, if it can be written."""
    return BY_NAME[picture.format].becomes or picture.format


def natural_suffix(path: Path) -> str:
    """Return the suffix of a result, that of its file; by content where its name does not say the format."""
    if path.name.lower().endswith(OME_SUFFIXES):
        return "".join(path.suffixes[-2:])
    known = named_format(path)
    if known is None:
        if not path.is_file():
            return path.suffix
        try:
            known = format_at(path)
        except ReconError:
            return path.suffix  # reading the file will say what is wrong with it
        return OME_SUFFIXES[0] if known.becomes else known.suffixes[0]
    if known.becomes:
        return OME_SUFFIXES[0]
    return path.name[-max(len(suffix) for suffix in known.suffixes if path.name.lower().endswith(suffix)) :]


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
    known, own = BY_NAME[target], picture.array.dtype
    _check_shape(picture, known)
    held = known.dtypes
    if asked and held and asked not in held:
        raise ReconError(f"a {known.title} holds {' or '.join(held)}, not {asked}; take .tif or .npy", 2)
    if asked and asked != own.name and known.like_input:
        raise ReconError(f"a {known.title} keeps its type, {own.name}, and {asked} is asked; take .tif", 2)
    dtype = np.dtype(asked) if asked and asked != own.name else own  # which may be big-endian
    return np.dtype(held[-1]) if held and dtype.name not in held else dtype


def write_picture(picture: Picture, target: Format, place: Path) -> None:
    """Write a picture of a fitting type, see `dtype_for`, whole or not at all.

    Raises:
        ReconError: when the place cannot be written, or holds a file that may not be replaced.
    """
    known, write = _writer(picture, target, place)
    if known.folder:
        write_folder_atomically(place, write)
    elif place.suffix.lower() == ".gz":
        write_atomically(place, partial(_write_packed, write))
    else:
        write_atomically(place, write)


def encode_picture(picture: Picture, target: Format) -> bytes:
    """Return the bytes of the file that `write_picture` would write."""
    known, write = _writer(picture, target, picture.name)
    if known.folder:
        raise ReconError(f"a {known.title} is a folder, which no pipe takes; give -o a name", 2)
    write(file := io.BytesIO())
    return file.getvalue()


def _writer(picture: Picture, target: Format, name: object) -> tuple[FileFormat, Callable[[Any], object]]:
    """Return a format, and what writes a picture in it, turned upright where it cannot say how to turn it."""
    known = BY_NAME[target]
    assert known.write is not None
    known.check_library(name)
    return known, partial(known.write, picture if known.turned else upright(picture))


def _write_packed(write: Callable[[Any], object], file: IO[bytes]) -> None:
    write(content := io.BytesIO())
    file.write(gzip.compress(content.getvalue(), mtime=0))


def _check_shape(picture: Picture, known: FileFormat) -> None:
    if known.like_input and picture.format != known.name:
        raise ReconError(f"{picture.name} cannot become a {known.title}: {known.like_input}; take .tif", 2)
    if picture.inks and not known.inks and not known.stacks:
        raise ReconError(
            f"{picture.name} has the colours of inks, cyan, magenta, yellow and black, which a {known.title} "
            "cannot hold; take .tif or .jpg"
        )
    planes = math.prod(picture.changing().shape[:-3]) // (INKS if picture.inks else 1)
    if not known.stacks and planes != 1:
        raise ReconError(f"{picture.name} is a stack, and a {known.title} holds one image; take .tif or .npy")
    if not known.alpha and picture.copied:
        raise ReconError(
            f"{picture.name} has an alpha channel, which a {known.title} cannot hold; take .png or .tif"
        )
