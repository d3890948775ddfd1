"""Reading PNG files."""

from __future__ import annotations

import io
import struct
import zlib
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ..limits import check_image
from .picture import Picture

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEPT_CHUNKS = frozenset(
    (b"cHRM", b"gAMA", b"iCCP", b"sRGB", b"cICP", b"mDCV", b"cLLI",
     b"pHYs", b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME")
)  # fmt: skip
_GREY, _RGB, _PALETTE, _GREY_ALPHA, _RGB_ALPHA = 0, 2, 3, 4, 6
_CHUNK_LIMIT = 2**26


def read_png(file: IO[bytes], name: str) -> Picture:
    """Read a PNG of any kind; profile, resolution and texts are kept.

    A palette becomes RGB, or grey where it holds nothing else; fewer than eight bits become eight;
    a colour that counts as transparent becomes an alpha channel.

    Raises:
        ReconError: when it is too large or an animation.
    """
    from PIL import Image as Pillow

    file.seek(24)
    depth, colour_type = file.read(2)
    file.seek(0)
    Pillow.MAX_IMAGE_PIXELS = None  # check_image stands in for Pillow's own limit, which warns and is lower
    with Pillow.open(file, formats=["PNG"]) as image:
        check_image(name, (image.height, image.width, len(image.getbands())), max(1, depth // 8))
        if getattr(image, "n_frames", 1) > 1:
            raise ReconError(f"{name} is an animation; save its pictures one by one")
        key = image.info.get("transparency")
        icc, dpi, exif = (image.info.get(key) for key in ("icc_profile", "dpi", "exif"))
        if colour_type == _PALETTE:
            pixels: NDArray[Any] = _without_palette(
                np.asarray(image.convert("RGB" if key is None else "RGBA")), icc
            )
        elif depth == 16 and colour_type != _GREY:
            pixels = _decode_16_bit(file, colour_type)
        else:
            pixels = np.array(image.convert("L") if image.mode == "1" else image)
            pixels = pixels.astype(np.uint16) if depth == 16 else pixels
        if key is not None and colour_type in (_GREY, _RGB):
            pixels = _with_alpha(pixels, np.atleast_1d(key) * (255 // (2**depth - 1) if depth < 8 else 1))
    samples = 1 if pixels.ndim == 2 else pixels.shape[-1]
    return Picture(
        name,
        "png",
        pixels,
        "YX" if samples == 1 else "YXS",
        colour=samples > 2,
        copied=int(samples in (2, 4)),
        icc=icc,
        exif=exif,
        dpi=dpi,
        native=_read_chunks(file, name),
    )


def _without_palette(pixels: NDArray[np.uint8], icc: bytes | None) -> NDArray[np.uint8]:
    if icc or (pixels[..., 1:3] != pixels[..., :1]).any():
        return pixels
    return pixels[..., 0] if pixels.shape[-1] == 3 else pixels[..., ::3]


def _with_alpha(pixels: NDArray[Any], key: NDArray[Any]) -> NDArray[Any]:
    samples = pixels.reshape(*pixels.shape[:2], -1)
    opaque = (samples != key).any(-1, keepdims=True)
    return np.concatenate([samples, opaque * pixels.dtype.type(np.iinfo(pixels.dtype).max)], -1)


def _decode_16_bit(file: IO[bytes], colour_type: int) -> NDArray[np.uint16]:
    """Return 16-bit colour or alpha, which Pillow only gives as 8 bits.

    Grey with alpha is as long as 8-bit RGBA, as which it is read. Of colours the high bytes are read first;
    the low ones are what Pillow takes for the high bytes of the other byte order.
    """
    from PIL import Image as Pillow

    if colour_type == _GREY_ALPHA:
        file.seek(0)
        content = bytearray(file.read())
        content[24:26] = 8, _RGB_ALPHA
        content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
        with Pillow.open(io.BytesIO(content), formats=["PNG"]) as image:
            return np.asarray(image).view(">u2").astype(np.uint16)
    halves = []
    for order in "BL":
        file.seek(0)
        with Pillow.open(file, formats=["PNG"]) as image:
            # a plain tuple: Pillow before 11 has no other
            image.tile = [(*image.tile[0][:3], f"{image.mode};16{order}")]  # type: ignore[list-item]
            halves.append(np.array(image, np.uint16))
    high, low = halves
    return (high << np.uint16(8)) | low


def _read_chunks(file: IO[bytes], name: str) -> tuple[tuple[bytes, bytes], ...]:
    file.seek(len(SIGNATURE))
    kept = []
    while len(beginning := file.read(8)) == 8:
        length, kind = struct.unpack(">I4s", beginning)
        if kind in KEPT_CHUNKS and length < _CHUNK_LIMIT:
            kept.append((kind, file.read(length)))
            file.seek(4, 1)
        elif kind == b"IEND":
            return tuple(kept)
        else:
            file.seek(length + 4, 1)
    raise ReconError(f"{name} is damaged: its end is missing")
