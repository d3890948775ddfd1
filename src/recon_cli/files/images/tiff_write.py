"""Writing TIFF files: page by page with the tags that were read, or new ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from .levels import reduced
from .picture import Picture
from .tiff_directories import Directories
from .tiff_new import write_new
from .tiff_page import LOSSLESS, Page, Pages

_NONE, _DEFLATE = 1, 8
_INTEGER_PREDICTOR, _FLOAT_PREDICTOR = 2, 3
_DESCRIPTION, _REDUCED = 270, 1
_OME_TYPES = {"uint8": "uint8", "uint16": "uint16", "float32": "float"}
_BIG = 2**32 - 2**25
Plane = tuple[NDArray[Any], str]
"""The values of a page, and the name of the type that they had."""


def write_tiff(picture: Picture, file: IO[bytes]) -> None:
    """Write a picture; one that came from a TIFF keeps its pages, tags and compression."""
    if picture.format == "tiff":
        _write_pages((picture, *picture.others), file)
    else:
        write_new(picture, file)


def _write_pages(pictures: tuple[Picture, ...], file: IO[bytes]) -> None:
    """Write pictures of one file, whose pages stand in the order in which they stood."""
    import tifffile

    native: Pages = pictures[0].native
    held: dict[int, list[Plane]] = {}
    for picture in pictures:
        _place(picture, held)
    big = native.big or sum(picture.array.nbytes for picture in pictures) > _BIG
    directories = Directories(native.byteorder, big)
    written: list[tuple[NDArray[Any], Mapping[str, Any], int]] = []
    for number, page in enumerate(native.pages):
        if page.of is not None:
            array, before = held[page.of][0]
            planes = [(reduced(array, page.shape), before)]
        else:
            planes = held.get(number, [])
        for first, (plane, before) in zip((True, *[False] * len(planes)), planes, strict=False):
            # a file with all its planes behind one page described them all there
            own = page if first else replace(page, tags=(), directories={})
            layout = _layout(own, plane, before, tifffile)
            layout["extratags"] += directories.stand_ins(own.directories)
            written.append((plane, layout, own.below))
    with tifffile.TiffWriter(file, bigtiff=big, byteorder=native.byteorder, shaped=False) as writer:
        if len(pictures) == 1 < len(written) and _is_one_block([each for _, each, _ in written]):
            array = pictures[0].array
            writer.write(array.reshape(-1, *written[0][0].shape), **written[0][1])
        else:
            for plane, options, below in written:
                writer.write(plane, subifds=below or None, **options)
    directories.write(file)


def _is_one_block(layouts: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether the planes have to lie one behind the other: ImageJ looks at the first page only."""
    first = layouts[0]
    described = any(
        code == _DESCRIPTION and content.startswith(b"ImageJ=")
        for code, _, _, content, _ in first["extratags"]
    )
    same = all({**layout, "extratags": first["extratags"]} == first for layout in layouts)
    return described and same and first["compression"] is None and first["tile"] is None


def _place(picture: Picture, held: dict[int, list[Plane]]) -> None:
    """Put the planes of a picture where their pages are, those that have none to the last one."""
    native: Pages = picture.native
    planes = picture.array.reshape(-1, *native.pages[native.places[0]].shape)
    for k, plane in enumerate(planes):
        place = native.places[min(k, len(native.places) - 1)]
        held.setdefault(place, []).append((plane, native.dtype))


def _layout(page: Page, plane: NDArray[Any], before: str, tifffile: Any) -> dict[str, Any]:
    known = page.compression in LOSSLESS and page.compression in tifffile.TIFF.COMPRESSORS
    usual = _FLOAT_PREDICTOR if plane.dtype.kind == "f" else _INTEGER_PREDICTOR
    predicted = page.predictor == usual and usual in tifffile.TIFF.PREDICTORS
    compression = page.compression if known else _DEFLATE
    separate = {"planarconfig": page.planar} if plane.ndim > 2 else {}
    return separate | {
        "photometric": page.photometric,
        "extrasamples": page.extra or None,
        "compression": None if compression == _NONE else compression,
        "predictor": usual if predicted and compression != _NONE else None,
        "tile": page.tile,
        "rowsperstrip": None if page.tile else page.rows,
        "resolution": page.resolution,
        "resolutionunit": page.unit,
        "subfiletype": page.subfile,
        "software": False,
        "metadata": None,
        "contiguous": False,
        "extratags": [_fitting(tag, plane.dtype, before) for tag in page.tags],
    }


def _fitting(
    tag: tuple[int, int, int, bytes, bool], dtype: np.dtype[Any], before: str
) -> tuple[int, int, int, bytes, bool]:
    """Return a tag, a description with what it says of the layout corrected."""
    code, kind, count, content, once = tag
    if code != _DESCRIPTION:
        return tag
    if b"<OME" in content and dtype.name in _OME_TYPES:
        name = _OME_TYPES[dtype.name].encode()
        content, changed = re.subn(
            rb'(<(?:\w+:)?Pixels\b[^>]*?\bType=")(?!%b")[^"]*' % name, rb"\1" + name, content
        )
        content = re.sub(rb'\s+SignificantBits="\d+"', b"", content) if changed else content
    elif content.startswith(b"ImageJ=") and dtype.name != before and dtype.kind != "f":
        content = re.sub(rb"(?m)^(min|max)=.*\n?", b"", content)  # of what the values were
    elif content.startswith(b'{"shape"'):
        content = re.sub(rb',\s*"truncated":\s*true', b"", content)
    return code, kind, count + len(content) - len(tag[3]), content, once
