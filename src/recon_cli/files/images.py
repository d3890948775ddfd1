"""Grey images: 8- and 16-bit PNG and TIFF, and float npy, read to [0, 1] and written back as they came."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ReconError
from .atomic import write_atomically
from .beginning import read_beginning

MAX_PIXELS = 2**28
SUFFIXES = (".png", ".tif", ".tiff", ".npy")
_FLOAT_RANGE = (-0.5, 1.5)


@dataclass(frozen=True)
class Image:
    """A grey image.

    Attributes:
        pixels: `(height, width)`, float32, intensities in [0, 1] up to noise.
        dtype: how the file stores them: uint8, uint16, float16, float32 or float64.
    """

    pixels: NDArray[np.float32]
    dtype: np.dtype[Any]


def read_image(path: Path) -> Image:
    """Read a grey image; its format is recognised by content.

    Integers are divided by the largest value of their type; floats are taken as they are.

    Args:
        path: a PNG, TIFF or npy file.

    Returns:
        The image in [0, 1].

    Raises:
        ReconError: when the file is missing, unreadable, empty, not grey, too large, of another dtype,
            not finite, or holds floats outside [-0.5, 1.5].
    """
    array = _decode(path)
    if array.ndim != 2:
        raise ReconError(f"{path} has shape {array.shape}; give a grey image of one plane, (height, width)")
    if array.size == 0:
        raise ReconError(f"{path} is an empty image of shape {array.shape}")
    if array.dtype in (np.uint8, np.uint16):
        scaled = array.astype(np.float32) / np.float32(np.iinfo(array.dtype).max)
        return Image(scaled, array.dtype.newbyteorder("="))
    if array.dtype.kind != "f":
        raise ReconError(f"{path} holds {array.dtype} pixels; uint8, uint16 and floats can be read")
    pixels = array.astype(np.float32)
    wrong = ~np.isfinite(pixels)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise ReconError(
            f"{path} has {int(wrong.sum())} NaN or infinite pixels, the first at row {row}, column {column}"
        )
    low, high = float(pixels.min()), float(pixels.max())
    if low < _FLOAT_RANGE[0] or high > _FLOAT_RANGE[1]:
        raise ReconError(f"{path} has float values from {low:.4g} to {high:.4g}; scale them to [0, 1] first")
    return Image(pixels, array.dtype.newbyteorder("="))


def write_image(path: Path, image: Image) -> None:
    """Write an image in the format of the path's suffix and with its own dtype, whole or not at all.

    Values are clipped to [0, 1]; integers are rounded. A float image in a PNG is written with 16 bits.

    Raises:
        ReconError: when the suffix is unknown or the place cannot be written.
    """
    import imageio.v3 as iio
    import tifffile

    check_suffix(path)
    suffix, dtype = path.suffix.lower(), image.dtype
    if suffix == ".png" and dtype.kind == "f":
        dtype = np.dtype(np.uint16)
    pixels = np.clip(image.pixels, 0, 1)
    if dtype.kind == "u":
        pixels = np.rint(pixels.astype(np.float64) * np.iinfo(dtype).max)
    array = pixels.astype(dtype)
    if suffix == ".png":
        write_atomically(path, lambda place: iio.imwrite(place, array, extension=".png"))
    elif suffix == ".npy":
        write_atomically(path, lambda place: np.save(place, array, allow_pickle=False))
    else:
        write_atomically(path, lambda place: tifffile.imwrite(place, array))


def check_suffix(path: Path) -> None:
    """Raise a ReconError when no image format belongs to the suffix."""
    if path.suffix.lower() not in SUFFIXES:
        raise ReconError(f"cannot write {path}: its name has to end in {', '.join(SUFFIXES)}", 2)


def _decode(path: Path) -> NDArray[Any]:
    magic = read_beginning(path, 8)
    if magic == b"\x89PNG\r\n\x1a\n":
        reader = _decode_png
    elif magic[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        reader = _decode_tiff
    elif magic[:6] == b"\x93NUMPY":
        reader = _decode_npy
    else:
        raise ReconError(f"{path} is not a PNG, TIFF or npy file")
    try:
        return reader(path)
    except ReconError:
        raise
    except Exception as error:  # decoders raise errors of many kinds on broken files
        raise ReconError(f"{path} is damaged or not supported: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _check_size(path: Path, shape: tuple[int, ...]) -> None:
    pixels = 1
    for length in shape:
        pixels *= length
    if pixels > MAX_PIXELS:
        raise ReconError(f"{path} declares {pixels} values; at most {MAX_PIXELS} can be read")


def _decode_png(path: Path) -> NDArray[Any]:
    from PIL import Image as Pillow

    with Pillow.open(path, formats=["PNG"]) as image:
        _check_size(path, (image.height, image.width))
        if image.mode == "1":
            return np.asarray(image.convert("L"))
        array = np.asarray(image)
        return array.astype(np.uint16) if image.mode == "I" else array


def _decode_tiff(path: Path) -> NDArray[Any]:
    import tifffile

    with tifffile.TiffFile(path) as file:
        if not file.series:
            raise ReconError(f"{path} holds no image")
        _check_size(path, file.series[0].shape)
        return file.asarray()


def _decode_npy(path: Path) -> NDArray[Any]:
    array = np.load(path, mmap_mode="r", allow_pickle=False)
    _check_size(path, array.shape)
    return np.array(array)
