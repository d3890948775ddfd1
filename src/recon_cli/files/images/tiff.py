"""Reading TIFF files: stacks, ImageJ hyperstacks, OME-TIFF, with the tags of every page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any, Literal

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from .limits import check_image
from .orientation import exif_of
from .picture import Picture
from .tiff_colours import is_palette, shown_as, without_palette
from .tiff_damage import refusing_damage
from .tiff_jpeg import check_jpegs
from .tiff_levels import parted
from .tiff_ome import describes_pages
from .tiff_survey import Survey

LOSSLESS = (1, 5, 8, 32773, 32946, 34925, 50000)
"""Compressions none, LZW, deflate, PackBits, old deflate, LZMA and zstd."""
_JPEG = 7
_KINDS = frozenset(("ome", "imagej", "shaped", "uniform"))
"""Ways of describing planes that are followed; others open files beside this one, or trust what it says."""
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB = 0, 1, 2
_ALPHA = (1, 2)
_TOGETHER, _SEPARATE = 1, 2
_REDUCED_OR_PAGE = 3
_DROPPED_TAGS = frozenset(
    (254, 256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 282, 283, 284, 288, 289, 296, 317, 320, 322, 323,
     324, 325, 330, 338, 339, 340, 341, 347, 400, 530, 531, 532, 32997, 32998, 34665, 34853, 40965)
)  # fmt: skip
"""What the writer sets itself, and what points to other places of the file."""
_ORIENTATION, _NODATA = 274, 42113


@dataclass(frozen=True)
class Page:
    """What is written back with a page.

    Attributes:
        tags: `(code, type, count, bytes, True)` each, in the byte order of the file: description, software,
            colour profile, ImageJ's and all others that do not concern the layout.
        resolution: two fractions, or None.
        unit: of the resolution.
        subfile: NewSubfileType.
        photometric: white is zero, black is zero, or RGB.
        planar: 1 when the samples of a pixel lie together, 2 when they do not.
        extra: the meaning of each sample beside grey or colour.
        compression: TIFF's number for it.
        predictor: TIFF's number for it.
        tile: its size, or None.
        rows: in a strip.
    """

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


@dataclass(frozen=True)
class Pages:
    """What is written back with a file.

    Attributes:
        pages: as many as it had.
        page_shape: of the array of one.
        byteorder: `<` or `>`.
        big: whether it was a BigTIFF.
        dtype: of the samples.
        levels: shapes of the pages of lower resolution that belong to each page.
        nested: whether they stand below it, as in OME-TIFF; else behind all pages, as in a COG.
    """

    pages: tuple[Page, ...]
    page_shape: tuple[int, ...]
    byteorder: Literal["<", ">"]
    big: bool
    dtype: str
    levels: tuple[tuple[int, ...], ...] = ()
    nested: bool = False


def read_tiff(file: IO[bytes], name: str) -> Picture:
    """Read all pages of a TIFF.

    Raises:
        ReconError: when its pages differ, it is too large, or its compression or colours cannot be read.
    """
    import tifffile

    survey = Survey(file, name)
    alone = {f"is_{kind}": False for kind in tifffile.TIFF.FILE_FLAGS - _KINDS}
    known: dict[str, Any] = {"name": PurePath(name).name, "_multifile": False, **alone}
    with refusing_damage(name), tifffile.TiffFile(file, **known) as tiff:
        if tiff.is_ome:
            first = tiff.pages.first
            tiff.is_ome = describes_pages(first.description, first, survey.pages, name)
        if not tiff.series:
            raise ReconError(f"{name} holds no image")
        whole, levels, nested = parted(tiff.pages, name)
        series, count = tiff.series[0], len(whole)
        itemsize = 1 if series.dtype is None else series.dtype.itemsize
        check_image(name, series.shape, itemsize)
        check_image(name, (count, *tiff.pages.first.shape), itemsize)
        if len(tiff.series) > 1:
            raise ReconError(f"{name} holds {len(tiff.series)} images that differ; save them apart")
        first = tiff.pages.first
        _check_page(name, first)
        if first.compression == _JPEG:
            check_jpegs(file, whole, name)
        in_order = [page and page.index for page in series.pages] == [page.index for page in whole]
        if in_order or (count == 1 and series.kind in ("imagej", "shaped")):
            stack = series.asarray()
        else:
            stack = np.stack([page.asarray() for page in whole])
        pages = tuple(_page(page, tiff) for page in whole)
        if not stack.size or count not in (1, stack.size // first.size):
            raise ReconError(f"{name} is damaged: its {count} pages do not hold its planes")
        shape, axes = _arrange(stack, series, first)
        if len({(page.photometric, page.planar, len(page.extra)) for page in pages}) > 1:
            raise ReconError(f"{name} has pages of different kinds; save them apart")
        stack = _eight_bits(stack) if first.bitspersample == 1 and not is_palette(first) else stack
        array = stack.reshape(shape)
        palette = is_palette(first)
        if palette:
            array, axes = without_palette(name, array, whole), axes + "S"
    extra = pages[0].extra
    alpha = next((k for k, value in enumerate(reversed(extra)) if value not in _ALPHA), len(extra))
    shape, *small = [(*each, 3) if palette else each for each in (first.shape, *levels)]
    native = Pages(pages, shape, tiff.byteorder, tiff.is_bigtiff, array.dtype.name, tuple(small), nested)
    return Picture(
        name,
        "tiff",
        array,
        axes,
        colour=pages[0].photometric == _RGB and alpha == len(extra),
        copied=alpha,
        icc=first.tags.valueof(34675),
        dpi=first.get_resolution("inch") if pages[0].unit in (2, 3) else None,
        exif=exif_of(first.tags.valueof(_ORIENTATION)),
        nodata=_nodata(first),
        native=native,
    )


def _nodata(page: Any) -> float | None:
    """Return the value that GDAL calls nodata."""
    try:
        return float(page.tags.valueof(_NODATA))
    except (TypeError, ValueError):
        return None


def _check_page(name: str, page: Any) -> None:
    if "Y" not in page.axes or "X" not in page.axes:
        raise ReconError(f"{name} is damaged: it does not say its height and width")
    if shown_as(page) not in (_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB):
        raise ReconError(f"{name} is a {page.photometric.name} TIFF; convert it to grey or RGB first")
    if page.planarconfig not in (_TOGETHER, _SEPARATE):
        raise ReconError(f"{name} is damaged: it does not say how its samples lie")
    if page.photometric == _RGB and page.samplesperpixel < 3:
        raise ReconError(f"{name} is damaged: it declares colours of {page.samplesperpixel} samples")
    if page.compression not in (*LOSSLESS, _JPEG):
        codec = page.compression.name
        raise ReconError(f"{name} is compressed by {codec}, which is not read; save it with deflate or LZW")
    if page.bitspersample not in (1, 8, 10, 12, 14, 16, 32, 64):
        raise ReconError(f"{name} has {page.bitspersample} bits a sample; convert it to 8 or 16 first")


def _arrange(stack: NDArray[Any], series: Any, page: Any) -> tuple[tuple[int, ...], str]:
    """Return shape and axes: those of the series where it only puts axes before a page's."""
    inner, axes = tuple(page.shape), page.axes
    outer = len(series.shape) - len(inner)
    if stack.shape == series.shape and series.shape[outer:] == inner:
        return series.shape, series.axes[:outer].replace("S", "Q") + axes
    planes = stack.size // page.size
    return (inner, axes) if planes == 1 else ((planes, *inner), "Q" + axes)


def _eight_bits(stack: NDArray[Any]) -> NDArray[np.uint8]:
    return stack.astype(np.uint8) * np.uint8(255)


def _is_fraction(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and min(value) > 0


def _known_unit(unit: int) -> int:
    return unit if unit in (2, 3) else 1


def _extra(page: Any) -> tuple[int, ...]:
    """Return the meaning of each sample beside grey or colour, 0 where it is unknown."""
    count = page.samplesperpixel - (3 if shown_as(page) == _RGB else 1)
    if is_palette(page):
        return ()
    known = [int(value) if value in _ALPHA else 0 for value in page.extrasamples]
    return tuple((known + [0] * count)[:count])


def _page(page: Any, tiff: Any) -> Page:
    tags = []
    for tag in page.tags:
        if tag.code not in _DROPPED_TAGS:
            tiff.filehandle.seek(tag.valueoffset)
            tags.append((tag.code, int(tag.dtype), tag.count, tiff.filehandle.read(tag.valuebytecount), True))
    x, y, unit = (page.tags.valueof(code) for code in (282, 283, 296))
    tile = (page.tilelength, page.tilewidth)
    return Page(
        tuple(tags),
        (x, y) if _is_fraction(x) and _is_fraction(y) else None,
        2 if unit is None else _known_unit(int(unit)),
        int(page.subfiletype) & _REDUCED_OR_PAGE,
        shown_as(page),
        _TOGETHER if is_palette(page) else int(page.planarconfig),
        _extra(page),
        int(page.compression),
        int(page.predictor),
        tile if page.is_tiled and all(side > 0 and side % 16 == 0 for side in tile) else None,
        int(page.rowsperstrip),
    )
