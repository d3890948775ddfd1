"""Writing PNG files: 16-bit colour and every chunk that was read, neither of which Pillow writes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from .picture import Picture
from .png import SIGNATURE

_COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}
_ROWS = 256


def write_png(picture: Picture, file: IO[bytes]) -> None:
    """Write a picture of one plane, uint8 or uint16, of one to four samples for each pixel."""
    height, width = picture.changing().shape[-2:]
    pixels = picture.samples_last().reshape(height, width, -1)
    depth, samples = 8 * pixels.dtype.itemsize, pixels.shape[-1]
    file.write(SIGNATURE)
    _write_chunk(file, b"IHDR", struct.pack(">2I5B", width, height, depth, _COLOUR_TYPES[samples], 0, 0, 0))
    for kind, content in picture.native if picture.format == "png" else _chunks_of(picture):
        _write_chunk(file, kind, content)
    packer = zlib.compressobj()
    for rows in _filtered(pixels):
        if packed := packer.compress(rows):
            _write_chunk(file, b"IDAT", packed)
    _write_chunk(file, b"IDAT", packer.flush())
    _write_chunk(file, b"IEND", b"")


def _chunks_of(picture: Picture) -> Iterator[tuple[bytes, bytes]]:
    if picture.icc:
        yield b"iCCP", b"icc\0\0" + zlib.compress(picture.icc)
    if picture.dpi:
        yield b"pHYs", struct.pack(">2IB", *(round(float(value) / 0.0254) for value in picture.dpi), 1)
    if picture.exif:
        yield b"eXIf", picture.exif.removeprefix(b"Exif\0\0")


def _write_chunk(file: IO[bytes], kind: bytes, content: bytes) -> None:
    check = zlib.crc32(content, zlib.crc32(kind))
    file.write(struct.pack(">I4s", len(content), kind) + content + struct.pack(">I", check))


def _filtered(pixels: NDArray[Any]) -> Iterator[bytes]:
    """Yield blocks of rows, each row with the filter that leaves the smallest differences."""
    height, width, samples = pixels.shape
    step = samples * pixels.dtype.itemsize
    before = np.zeros((1, (width + 1) * step), np.int16)
    for start in range(0, height, _ROWS):
        block = pixels[start : start + _ROWS].astype(pixels.dtype.newbyteorder(">"))
        row_bytes = np.ascontiguousarray(block).view(np.uint8).reshape(len(block), -1)
        padded = np.concatenate([before, np.pad(row_bytes, ((0, 0), (step, 0))).astype(np.int16)])
        here, left, up, corner = (
            padded[1:, step:],
            padded[1:, :-step],
            padded[:-1, step:],
            padded[:-1, :-step],
        )
        guesses = (np.zeros_like(here), left, up, (left + up) // 2, _paeth(left, up, corner))
        rows = np.stack([(here - guess).astype(np.uint8) for guess in guesses])
        best = np.abs(rows.view(np.int8).astype(np.int16)).sum(-1, dtype=np.int64).argmin(0)
        chosen = rows[best, np.arange(len(block))]
        yield np.concatenate([best.astype(np.uint8)[:, None], chosen], 1).tobytes()
        before = padded[-1:]


def _paeth(left: NDArray[Any], up: NDArray[Any], corner: NDArray[Any]) -> NDArray[Any]:
    by_left, by_up = np.abs(up - corner), np.abs(left - corner)
    by_corner = np.abs(left + up - 2 * corner)
    first = (by_left <= by_up) & (by_left <= by_corner)
    return np.where(first, left, np.where(by_up <= by_corner, up, corner))
