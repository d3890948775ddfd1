"""JPEG files."""

from __future__ import annotations

from typing import IO, Any

import numpy as np

from ..limits import check_image
from .exif import as_exif, from_exif, without_notes
from .jpeg_markers import look_at_markers
from .picture import Picture

_QUALITY = 95
_MOST_EXIF = 65533
"""Bytes of a segment."""


def read_jpeg(file: IO[bytes], name: str) -> Picture:
    """Read a JPEG; its EXIF data, XMP, comment, colour profile and resolution are kept.

    Raises:
        ReconError: when it is too large.
    """
    from PIL import Image as Pillow

    Pillow.MAX_IMAGE_PIXELS = None  # check_image stands in for Pillow's own limit, which warns and is lower
    with Pillow.open(file, formats=["JPEG"]) as image:
        check_image(name, (image.height, image.width, len(image.getbands())))
        file.seek(0)
        look_at_markers(file.read(), name)
        inks = image.mode == "CMYK"
        pixels = np.array(image)
        if inks and "adobe" not in image.info:
            pixels = 255 - pixels  # Pillow takes all for those of Adobe, where 255 is no ink
        return Picture(
            name,
            "jpeg",
            pixels,
            "YX" if image.mode == "L" else "YXS",
            colour=image.mode == "RGB",
            icc=image.info.get("icc_profile"),
            exif=image.info.get("exif"),
            dpi=image.info.get("dpi"),
            inks=inks,
            native={"xmp": image.info.get("xmp"), "comment": image.info.get("comment")},
        )


def _short(exif: bytes | None) -> bytes | None:
    """Return EXIF data for which a JPEG has room: long ones without the notes of the camera's maker."""
    if exif is None or len(exif) <= _MOST_EXIF:
        return exif
    directory, order = from_exif(exif)
    shorter = as_exif(without_notes(directory), order)
    return shorter if shorter and len(shorter) <= _MOST_EXIF else None


def write_jpeg(picture: Picture, file: IO[bytes]) -> None:
    """Write a picture of one plane, uint8, without alpha, in quality 95 and with full colour resolution."""
    from PIL import Image as Pillow

    kept: dict[str, Any] = {"icc_profile": picture.icc, "exif": _short(picture.exif), "dpi": picture.dpi}
    kept |= picture.native if picture.format == "jpeg" else {}
    height, width, samples = picture.samples_last().shape[-3:]
    shape = (height, width) if samples == 1 else (height, width, samples)
    pixels = np.ascontiguousarray(picture.samples_last().reshape(shape))
    image = (
        Pillow.frombytes("CMYK", (width, height), pixels.tobytes())
        if picture.inks
        else Pillow.fromarray(pixels)
    )
    given = {key: value for key, value in kept.items() if value}
    image.save(file, "JPEG", quality=_QUALITY, subsampling=0, **given)
