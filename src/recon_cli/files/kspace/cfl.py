"""BART's files: column-major complex64 in `.cfl`, the dimensions as text in `.hdr`."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ..atomic import write_atomically
from ..decoding import decoding
from ..limits import check_size
from .recognise import pair
from .samples import Stored

_NAMES = (
    *("READ", "PHS1", "PHS2", "COIL", "MAPS", "TE", "COEFF", "COEFF2"),
    *("ITER", "CSHIFT", "TIME", "TIME2", "LEVEL", "SLICE", "AVG", "BATCH"),
)
_COIL, _TIME, _SLICE = 3, 10, 13


def read_cfl_kspace(path: Path, axes: str | None) -> Stored:
    """Read k-space from a pair of files.

    Args:
        path: `name.cfl`, `name.hdr` or `name`.
        axes: letters for the leading dimensions, which say otherwise than `cfl_axes`.

    Raises:
        ReconError: when the files cannot be read or have dimensions that are not supported.
    """
    array = read_cfl(path)
    if axes is None:
        return Stored(array, cfl_axes(path, array.shape), "BART cfl")
    shape = list(array.shape) + [1] * (len(axes) - array.ndim)
    while len(shape) > len(axes) and shape[-1] == 1:
        shape.pop()
    return Stored(array.reshape(shape), axes, "BART cfl")


def cfl_axes(path: Path, shape: tuple[int, ...]) -> str:
    """Return what BART's dimensions mean, as letters.

    READ is y and PHS1 is x, so that an image keeps its shape `(height, width)`; where READ has length one
    and PHS2 is longer, PHS1 is y and PHS2 is x.

    Raises:
        ReconError: when another dimension than these, COIL, TIME and SLICE is longer than one.
    """
    letters = ["1"] * len(shape)
    rows = 1 if len(shape) > 2 and shape[0] == 1 < shape[2] else 0
    letters[rows : rows + 2] = "yx"
    for place, letter in ((_COIL, "c"), (_TIME, "t"), (_SLICE, "s")):
        if place < len(shape) and shape[place] > 1:
            letters[place] = letter
    wrong = [
        f"{name} {length}"
        for name, length, letter in zip(_NAMES, shape, letters, strict=False)
        if letter == "1" and length > 1
    ]
    if wrong:
        raise ReconError(
            f"{path} has {', '.join(wrong)}; it has to be 2-D, with READ, PHS1, COIL, TIME and SLICE alone "
            "longer than one, unless --axes says otherwise"
        )
    return "".join(letters)


def to_cfl(array: NDArray[Any], frame_shape: tuple[int, ...]) -> NDArray[Any]:
    """Return frames in BART's sixteen dimensions.

    Args:
        array: `(frames, coils, height, width)`.
        frame_shape: as `KSpace` holds it.
    """
    slices, repetitions = (*frame_shape, 1, 1)[:2]
    _, coils, height, width = array.shape
    frames = array.reshape(slices, repetitions, coils, height, width).transpose(3, 4, 2, 1, 0)
    shape = [1] * len(_NAMES)
    shape[0], shape[1], shape[_COIL], shape[_TIME], shape[_SLICE] = frames.shape
    return frames.reshape(shape)


def read_cfl(path: Path) -> NDArray[np.complex64]:
    """Read an array with two dimensions at least and sixteen at most.

    Args:
        path: `name.cfl`, `name.hdr` or `name`.

    Raises:
        ReconError: when a file of the pair is missing, damaged or too large, or they do not fit.
    """
    data, header = pair(path)
    for part in (data, header):
        if not part.is_file():
            raise ReconError(
                f"{part} does not exist; BART's arrays are a .cfl file with a .hdr file beside it"
            )
    with decoding(header), header.open("rb") as file:
        shape = _dimensions(header, file.read(2**16).decode("ascii", "replace"))
    check_size(data, shape)
    declared, size = 8 * math.prod(shape), data.stat().st_size
    if size != declared:
        raise ReconError(f"{data} has {size} bytes, but {header} declares {declared}; copy both files again")
    with decoding(data):
        return np.fromfile(data, "<c8").astype(np.complex64, copy=False).reshape(shape, order="F")


def write_cfl(path: Path, array: NDArray[Any]) -> None:
    """Write an array as complex64; each file appears whole or not at all, the header last.

    Args:
        path: `name.cfl`, `name.hdr` or `name`.
        array: with at most sixteen dimensions.

    Raises:
        ReconError: when the place cannot be written.
    """
    data, header = pair(path)
    shape = (*array.shape, *[1] * (len(_NAMES) - array.ndim))
    flat = np.ascontiguousarray(array.T, "<c8")
    write_atomically(data, lambda file: file.write(flat.data))
    text = f"# Dimensions\n{' '.join(map(str, shape))}\n"
    write_atomically(header, lambda file: file.write(text.encode()))


def _dimensions(header: Path, text: str) -> tuple[int, ...]:
    lines = [line.strip() for line in text.splitlines()]
    after = lines[lines.index("# Dimensions") + 1 :] if "# Dimensions" in lines else []
    words = after[0].split() if after else []
    if not words or not all(word.isdecimal() and len(word) < 10 and int(word) > 0 for word in words):
        raise ReconError(f"{header} has no line of positive numbers after '# Dimensions'")
    shape = [int(word) for word in words] + [1] * (2 - len(words))
    while len(shape) > 2 and shape[-1] == 1:
        shape.pop()
    if len(shape) > len(_NAMES):
        raise ReconError(f"{header} has {len(shape)} dimensions; BART has {len(_NAMES)}")
    return tuple(shape)
