"""WebP files."""

from __future__ import annotations

from typing import IO, Any

import numpy as np

from ...errors import ReconError
from ..limits import check_image
from .picture import Picture

_EXIF = b"Exif\0\0"


def begins(beginning: bytes) -> bool:
    """Return whether a file with these first bytes is a WebP."""
    return beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP"


def read_webp(file: IO[bytes], name: str) -> Picture:
    """Read a WebP; its EXIF data, XMP and colour profile are kept.

    Raises:
        ReconError: when it is an animation, or too large.
    """
    from PIL import Image as Pillow

    Pillow.MAX_IMAGE_PIXELS = None  # check_image stands in for Pillow's own limit, which warns and is lower
    with Pillow.open(file, formats=["WEBP"]) as image:
        check_image(name, (image.height, image.width, len(image.getbands())))
        if getattr(image, "n_frames", 1) > 1:
            raise ReconError(f"{name} is an animation; save its pictures one by one")
        exif = image.info.get("exif")
        pixels = np.array(image if image.mode in ("RGB", "RGBA") else image.convert("RGBA"))
        return Picture(
            name,
            "webp",
            pixels,
            "YXS",
            colour=True,
            copied=pixels.shape[-1] - 3,
            icc=image.info.get("icc_profile"),
            exif=exif and _EXIF + exif.removeprefix(_EXIF),  # as JPEG has it
            native={"xmp": image.info.get("xmp")},
        )


def write_webp(picture: Picture, file: IO[bytes]) -> None:
    """Write a picture of one plane, uint8, without loss; grey becomes three equal colours."""
    from PIL import Image as Pillow

    height, width, samples = picture.samples_last().shape[-3:]
    pixels = picture.samples_last().reshape(height, width, samples)
    if samples < 3:
        pixels = np.concatenate([pixels[..., :1].repeat(3, -1), pixels[..., 1:]], -1)
    kept: dict[str, Any] = {"icc_profile": picture.icc, "exif": picture.exif}
    kept |= picture.native if picture.format == "webp" else {}
    image = Pillow.fromarray(np.ascontiguousarray(pixels))
    image.save(
        file, "WEBP", lossless=True, exact=True, **{key: value for key, value in kept.items() if value}
    )
