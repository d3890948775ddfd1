"""Reading image files; their format is recognised by content."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ..beginning import ClampedReader
from ..decoding import decoding
from ..picture_folders import check_inside
from ..streams import read_stdin
from .formats import BEGINNING, format_at, recognise
from .picture import Format, Picture
from .span import span_of_type
from .values import to_planes

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def read_picture(source: Path | bytes, name: str | None = None) -> Picture:
    """Read a file of one image as it is.

    Args:
        source: its path, or its content.
        name: for messages; the path when left out.

    Raises:
        ReconError: as `read_pictures`, and when it holds several images.
    """
    first, *others = read_pictures(source, name)
    if others:
        raise ReconError(f"{first.file} holds {1 + len(others)} images that differ; save them separately")
    return first


def read_pictures(source: Path | bytes, name: str | None = None) -> tuple[Picture, ...]:
    """Read all images of a file as they are.

    Args:
        source: its path, or its content.
        name: for messages; the path when left out.

    Raises:
        ReconError: when the file is missing, unreadable, damaged, empty, too large or of an unknown kind.
    """
    name = name or str(source)
    known = format_at(source) if isinstance(source, Path) else recognise(source[:BEGINNING], name)
    known.check_library(name)
    if known.isolated:
        return (_read_isolated(source, known.name, name),)
    with decoding(name), ClampedReader(source) if isinstance(source, Path) else io.BytesIO(source) as file:
        found = known.read(file, name)
    return (replace(found, others=()), *found.others)


def _read_isolated(source: Path | bytes, format_name: Format, name: str) -> Picture:
    from ..separate_process import read_in_process  # with h5py, which takes time to import
    from .isolated import received

    if isinstance(source, Path):
        if source.is_dir():
            check_inside(source)
        content = read_in_process("picture", source, format_name, name)
    else:
        content = read_in_process("picture", Path(name), format_name, name, given=source)
    return received(content, format_name, name)


def read_image(path: Path) -> NDArray[np.float32]:
    """Read a grey image of one plane, `(height, width)`.

    The whole range of uint8 and uint16 becomes [0, 1]; floats are taken as they are; alpha is left out.

    Raises:
        ReconError: as `read_picture`, and when the image is not grey, of another dtype, not finite, or
            holds floats outside [-0.5, 1.5].
    """
    picture = read_picture(path)
    if picture.colour or picture.changing()[..., 0, 0, 0].size != 1:
        raise ReconError(
            f"{path} has shape {picture.array.shape}; give a grey image of one plane, (height, width)"
        )
    planes = to_planes(picture, span_of_type(picture.changing(), picture.name))
    return planes[0, 0]


def read_luma(path: Path) -> NDArray[np.float32]:
    """Read all planes of an image, colours as their luma; `-` is standard input.

    Returns:
        `(planes, height, width)` in [0, 1].

    Raises:
        ReconError: as `read_image`, but for colours and stacks.
    """
    return luma_of(_read_word(path))


def read_grey(path: Path) -> NDArray[np.float32]:
    """Read all planes of a grey image; `-` is standard input.

    Returns:
        `(planes, height, width)` in [0, 1] up to noise.

    Raises:
        ReconError: as `read_image`, but for stacks.
    """
    picture = _read_word(path)
    if picture.colour:
        raise ReconError(f"{picture.name} is a colour image; give a grey one, or one channel of it")
    return luma_of(picture)


def luma_of(picture: Picture) -> NDArray[np.float32]:
    """Return all planes, `(planes, height, width)` in [0, 1], colours as 0.299 R + 0.587 G + 0.114 B.

    Raises:
        ReconError: when the values have an unknown range or are not finite, or the colours are those of inks.
    """
    if picture.inks:
        raise ReconError(f"{picture.name} has the colours of inks; convert it to grey or RGB first")
    planes = to_planes(picture, span_of_type(picture.changing(), picture.name))
    return np.einsum("pchw,c->phw", planes, _LUMA) if picture.colour else planes[:, 0]


def _read_word(path: Path) -> Picture:
    return read_picture(read_stdin(), "standard input") if str(path) == "-" else read_picture(path)
