"""Writing TIFF files: page by page with the tags that were read, or new ones."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from .picture import Picture
from .tiff import LOSSLESS, Page, Pages
from .tiff_new import write_new

_NONE, _DEFLATE = 1, 8
_INTEGER_PREDICTOR, _FLOAT_PREDICTOR = 2, 3
_DESCRIPTION = 270
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
        for plane, page in zip(planes, pages, strict=True):
            writer.write(plane, **_layout(page, plane, tifffile))


def _layout(page: Page, plane: NDArray[Any], tifffile: Any) -> dict[str, Any]:
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
        "extratags": [_fitting(tag, plane.dtype) for tag in page.tags],
    }


def _fitting(
    tag: tuple[int, int, int, bytes, bool], dtype: np.dtype[Any]
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
    elif content.startswith(b'{"shape"'):
        content = re.sub(rb',\s*"truncated":\s*true', b"", content)
    return code, kind, count + len(content) - len(tag[3]), content, once
