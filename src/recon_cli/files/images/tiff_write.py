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
from .tiff import LOSSLESS, Page, Pages
from .tiff_new import write_new

_NONE, _DEFLATE = 1, 8
_INTEGER_PREDICTOR, _FLOAT_PREDICTOR = 2, 3
_DESCRIPTION, _REDUCED = 270, 1
_OME_TYPES = {"uint8": "uint8", "uint16": "uint16", "float32": "float"}
_BIG = 2**32 - 2**25


def write_tiff(picture: Picture, file: IO[bytes]) -> None:
    """Write a picture; one that came from a TIFF keeps its pages, tags and compression."""
    if picture.format == "tiff":
        _write_pages(picture.array, picture.native, file)
    else:
        write_new(picture, file)


def _write_pages(array: NDArray[Any], native: Pages, file: IO[bytes]) -> None:
    import tifffile

    planes = array.reshape(-1, *native.page_shape)
    # a file with all its planes behind one page described them all there
    pages = native.pages + (replace(native.pages[0], tags=()),) * (len(planes) - len(native.pages))
    big = native.big or array.nbytes > _BIG
    with tifffile.TiffWriter(file, bigtiff=big, byteorder=native.byteorder, shaped=False) as writer:
        layouts = [_layout(page, planes[0], native.dtype, tifffile) for page in pages]
        below, behind = (native.levels, ()) if native.nested else ((), native.levels)
        if len(planes) > 1 and not native.levels and _is_one_block(layouts):
            writer.write(planes, **layouts[0])
            return
        for plane, layout in zip(planes, layouts, strict=True):
            writer.write(plane, subifds=len(below) or None, **layout)
            _write_levels([plane], [layout], below, writer)
        _write_levels([*planes], layouts, behind, writer)


def _is_one_block(layouts: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether the planes have to lie one behind the other: ImageJ looks at the first page only."""
    first = layouts[0]
    described = any(
        code == _DESCRIPTION and content.startswith(b"ImageJ=")
        for code, _, _, content, _ in first["extratags"]
    )
    same = all({**layout, "extratags": first["extratags"]} == first for layout in layouts)
    return described and same and first["compression"] is None and first["tile"] is None


def _write_levels(
    planes: Sequence[NDArray[Any]],
    layouts: Sequence[Mapping[str, Any]],
    shapes: Sequence[tuple[int, ...]],
    writer: Any,
) -> None:
    """Write pages in lower resolution, one level after the other."""
    for shape in shapes:
        planes = [reduced(plane, shape) for plane in planes]
        for plane, layout in zip(planes, layouts, strict=True):
            writer.write(plane, **{**layout, "subfiletype": _REDUCED, "extratags": [], "resolution": None})


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
