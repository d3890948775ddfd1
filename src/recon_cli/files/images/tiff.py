"""Reading TIFF files: stacks, ImageJ hyperstacks, OME-TIFF, with the tags of every page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import IO, Any

import numpy as np

from ...errors import ReconError
from ..limits import check_image
from .exif import DESCRIPTION, DIRECTORIES, OF_CAMERA, as_exif, read_directory
from .jpeg_markers import check_jpegs
from .picture import INKS, Picture
from .tiff_colours import is_palette, without_palette
from .tiff_damage import refusing_damage
from .tiff_images import TiffImage, images_of
from .tiff_levels import Node, nodes_of
from .tiff_ome import describes_pages
from .tiff_page import ALPHA, JPEG, RGB, SEPARATED, Pages, check_page, page_of
from .tiff_survey import Survey
from .tiff_tags import TagReader

_KINDS = frozenset(("ome", "imagej", "shaped"))
"""Ways of describing planes that are followed; others open files beside this one, or trust a few pages."""
_NODATA = 42113
_SHAPED = '{"shape"'
"""How tifffile begins to say what the axes are."""


def read_tiff(file: IO[bytes], name: str) -> Picture:
    """Read all pages of a TIFF.

    Raises:
        ReconError: when it is too large, or its compression or colours cannot be read.
    """
    import tifffile

    survey = Survey(file, name)
    alone = {f"is_{kind}": False for kind in tifffile.TIFF.FILE_FLAGS - _KINDS}
    known: dict[str, Any] = {"name": PurePath(name).name, "_multifile": False, **alone}
    with refusing_damage(name), tifffile.TiffFile(file, **known) as tiff:
        if tiff.is_ome:
            tiff.is_ome = describes_pages(tiff.pages.first.description, survey.pages, name)
        series = tiff.series
        if not series:
            raise ReconError(f"{name} holds no image")
        nodes = nodes_of(tiff.pages, name)
        images = images_of(series, nodes)
        values = 0
        for image in images:
            check_image(name, image.shape, image.page.dtype.itemsize if image.page.dtype else 1)
            values += int(np.prod(image.shape)) * (3 if is_palette(image.page) else 1)
        check_image(name, (values,))
        own = [node.page for node in nodes if node.of is None]
        for page in own:
            check_page(name, page)
        check_jpegs(file, (page for page in own if page.compression == JPEG), name)
        reader = TagReader(file, name)
        pages = tuple(page_of(node.page, reader, node.below, node.of) for node in nodes)
        native = Pages(pages, (), tiff.byteorder, tiff.is_bigtiff, "")
        found = [_picture(name, image, nodes, native, reader) for image in images]
    if len(found) > 1:
        found = [replace(one, name=f"{name}, series {k}", series=k) for k, one in enumerate(found)]
    return replace(found[0], others=tuple(found[1:]))


def _picture(name: str, image: TiffImage, nodes: Sequence[Node], native: Pages, reader: TagReader) -> Picture:
    """Read an image."""
    first, page = image.page, native.pages[image.places[0]]
    array, axes = image.read(nodes), image.axes + image.page.axes
    if is_palette(first):
        array, axes = without_palette(array, first), axes + "S"
    extra = page.extra
    alpha = next((k for k, value in enumerate(reversed(extra)) if value not in ALPHA), len(extra))
    codes = {*OF_CAMERA, *DIRECTORIES}
    if first.is_imagej or first.is_ome or first.description.startswith(_SHAPED):
        codes.remove(DESCRIPTION)
    tags = (tag for tag in reader.tags(first.offset) if tag.code in codes)
    return Picture(
        name,
        "tiff",
        array,
        axes,
        colour=page.photometric == RGB and alpha == len(extra),
        inks=page.photometric == SEPARATED and alpha == len(extra) == first.samplesperpixel - INKS,
        copied=alpha,
        icc=first.tags.valueof(34675),
        dpi=first.get_resolution("inch") if page.unit in (2, 3) else None,
        exif=as_exif(read_directory(reader, tags), native.byteorder),
        nodata=_nodata(first),
        native=replace(native, places=image.places, dtype=array.dtype.name),
    )


def _nodata(page: Any) -> float | None:
    """Return the value that GDAL calls nodata."""
    try:
        return float(page.tags.valueof(_NODATA))
    except (TypeError, ValueError):
        return None
