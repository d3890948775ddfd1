"""JPEG files."""

from __future__ import annotations

from typing import IO, Any

import numpy as np

from ...errors import ReconError
from .jpeg_markers import look_at_markers
from .limits import check_image
from .picture import Picture

_QUALITY = 95


def read_jpeg(file: IO[bytes], name: str) -> Picture:
    """Read a JPEG; its EXIF data, XMP, comment, colour profile and resolution are kept.

    Raises:
        ReconError: when it is neither grey nor RGB, or too large.
    """
    from PIL import Image as Pillow

    Pillow.MAX_IMAGE_PIXELS = None  # check_image stands in for Pillow's own limit, which warns and is lower
    with Pillow.open(file, formats=["JPEG"]) as image:
        check_image(name, (image.height, image.width, len(image.getbands())))
        file.seek(0)
        look_at_markers(file.read(), name)
        if image.mode not in ("L", "RGB"):
            raise ReconError(f"{name} is a {image.mode} JPEG; convert it to grey or RGB first")
        return Picture(
            name,
            "jpeg",
            np.array(image),
            "YX" if image.mode == "L" else "YXS",
            colour=image.mode == "RGB",
            icc=image.info.get("icc_profile"),
            exif=image.info.get("exif"),
            dpi=image.info.get("dpi"),
            native={"xmp": image.info.get("xmp"), "comment": image.info.get("comment")},
        )


def write_jpeg(picture: Picture, file: IO[bytes]) -> None:
    """Write a picture of one plane, uint8, without alpha, in quality 95 and with full colour resolution."""
    from PIL import Image as Pillow

    kept: dict[str, Any] = {"icc_profile": picture.icc, "exif": picture.exif, "dpi": picture.dpi}
    kept |= picture.native if picture.format == "jpeg" else {}
    height, width, samples = picture.samples_last().shape[-3:]
    shape = (height, width) if samples == 1 else (height, width, samples)
    image = Pillow.fromarray(np.ascontiguousarray(picture.samples_last().reshape(shape)))
    given = {key: value for key, value in kept.items() if value}
    image.save(file, "JPEG", quality=_QUALITY, subsampling=0, **given)
