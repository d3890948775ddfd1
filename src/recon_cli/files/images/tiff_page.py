"""The pages of a TIFF as tifffile gives them, and what is written back with each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ...errors import ReconError
from ..limits import check_size
from .exif import DIRECTORIES, Directory, read_directory
from .tiff_colours import is_palette, shown_as
from .tiff_tags import TagReader

LOSSLESS = (1, 5, 8, 32773, 32946, 34925, 50000)
"""Compressions none, LZW, deflate, PackBits, old deflate, LZMA and zstd."""
JPEG = 7
RGB, SEPARATED = 2, 5
ALPHA = (1, 2)
_WHITE_IS_ZERO, _BLACK_IS_ZERO = 0, 1
_TOGETHER, _SEPARATE = 1, 2
_REDUCED_OR_PAGE = 3
STAND_INS = {code: code - 1 for code in DIRECTORIES[:2]}
"""Numbers of tags in place of those of directories, which tifffile does not write; no program uses them."""
_DROPPED_TAGS = frozenset(
    (254, 256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 282, 283, 284, 288, 289, 296, 317, 320, 322, 323,
     324, 325, 330, 338, 339, 340, 341, 347, 400, 530, 531, 532, 32997, 32998,
     *DIRECTORIES, *STAND_INS.values())
)  # fmt: skip
"""What the writer sets itself, and what points to other places of the file."""


@dataclass(frozen=True)
class Page:
    """What is written back with a page.

    Attributes:
        shape: of its array.
        tags: `(code, type, count, bytes, True)` each, in the byte order of the file: description, software,
            colour profile, ImageJ's and all others that do not concern the layout.
        resolution: two fractions, or None.
        unit: of the resolution.
        subfile: NewSubfileType.
        photometric: white is zero, black is zero, RGB or inks.
        planar: 1 when the samples of a pixel lie together, 2 when they do not.
        extra: the meaning of each sample beside grey, colour or inks.
        compression: TIFF's number for it.
        predictor: TIFF's number for it.
        tile: its size, or None.
        rows: in a strip.
        directories: of EXIF and GPS.
        below: how many of the pages that follow stand below it.
        of: number of the page that it shows in lower resolution, or None.
    """

    shape: tuple[int, ...]
    tags: tuple[tuple[int, int, int, bytes, bool], ...]
    resolution: tuple[tuple[int, int], tuple[int, int]] | None
    unit: int
    subfile: int
    photometric: int
    planar: int
    extra: tuple[int, ...]
    compression: int
    predictor: int
    tile: tuple[int, ...] | None
    rows: int
    directories: Mapping[int, Directory] = field(default_factory=dict)
    below: int = 0
    of: int | None = None


@dataclass(frozen=True)
class Pages:
    """What is written back with a picture: the pages of its file, and which are its own.

    Attributes:
        pages: of the whole file, in the order in which they are written.
        places: numbers of those that hold the planes of the picture.
        byteorder: `<` or `>`.
        big: whether it was a BigTIFF.
        dtype: of the samples.
    """

    pages: tuple[Page, ...]
    places: tuple[int, ...]
    byteorder: Literal["<", ">"]
    big: bool
    dtype: str


def check_page(name: str, page: Any) -> None:
    """Raise a ReconError for a page that cannot be read.

    Args:
        name: of the file.
        page: of tifffile.
    """
    if "Y" not in page.axes or "X" not in page.axes:
        raise ReconError(f"{name} is damaged: it does not say its height and width")
    if shown_as(page) not in (_WHITE_IS_ZERO, _BLACK_IS_ZERO, RGB, SEPARATED):
        raise ReconError(f"{name} is a {page.photometric.name} TIFF; convert it to grey or RGB first")
    if page.planarconfig not in (_TOGETHER, _SEPARATE):
        raise ReconError(f"{name} is damaged: it does not say how its samples lie")
    if page.samplesperpixel < _own_samples(page):
        raise ReconError(f"{name} is damaged: it declares colours of {page.samplesperpixel} samples")
    if page.compression not in (*LOSSLESS, JPEG):
        codec = page.compression.name
        raise ReconError(f"{name} is compressed by {codec}, which is not read; save it with deflate or LZW")
    if page.bitspersample not in (1, 8, 10, 12, 14, 16, 32, 64):
        raise ReconError(f"{name} has {page.bitspersample} bits for each sample; convert it to 8 or 16 first")
    # tifffile takes memory for a tile by its three sides, even where the file has strips
    check_size(name, page.chunks, page.dtype.itemsize if page.dtype else 1)


def kind_of(page: Any) -> tuple[object, ...]:
    """Return what pages of one stack have in common."""
    colours = page.colormap.tobytes() if is_palette(page) else None
    return page.shape, page.axes, page.dtype, shown_as(page), page.planarconfig, _extra(page), colours


def page_of(page: Any, reader: TagReader, below: int, of: int | None) -> Page:
    """Return what is written back with a page.

    Args:
        page: of tifffile.
        reader: of the tags of its file.
        below: see `Page`.
        of: likewise.
    """
    tags = []
    for tag in page.tags:
        if tag.code not in _DROPPED_TAGS:
            page.parent.filehandle.seek(tag.valueoffset)
            content = page.parent.filehandle.read(tag.valuebytecount)
            tags.append((tag.code, int(tag.dtype), tag.count, content, True))
    x, y, unit = (page.tags.valueof(code) for code in (282, 283, 296))
    tile = (page.tilelength, page.tilewidth)
    palette = is_palette(page)
    return Page(
        (*page.shape, 3) if palette else page.shape,
        tuple(tags),
        (x, y) if _is_fraction(x) and _is_fraction(y) else None,
        2 if unit is None else int(unit) if int(unit) in (2, 3) else 1,
        int(page.subfiletype) & _REDUCED_OR_PAGE,
        shown_as(page),
        _TOGETHER if palette else int(page.planarconfig),
        _extra(page),
        int(page.compression),
        int(page.predictor),
        tile if page.is_tiled and all(side > 0 and side % 16 == 0 for side in tile) else None,
        int(page.rowsperstrip),
        read_directory(reader, (tag for tag in reader.tags(page.offset) if tag.code in DIRECTORIES)).below,
        below,
        of,
    )


def _own_samples(page: Any) -> int:
    """Return how many samples of a pixel are grey, colours or inks."""
    shown = shown_as(page)
    if shown == SEPARATED:
        return int(page.samplesperpixel) - len(page.extrasamples)
    return 3 if shown == RGB and not is_palette(page) else 1


def _extra(page: Any) -> tuple[int, ...]:
    """Return the meaning of each sample beside grey, colour or inks, 0 where it is unknown."""
    if is_palette(page):
        return ()
    count = page.samplesperpixel - _own_samples(page)
    known = [int(value) if value in ALPHA else 0 for value in page.extrasamples]
    return tuple((known + [0] * count)[:count])


def _is_fraction(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and min(value) > 0
