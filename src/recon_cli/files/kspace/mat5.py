"""MATLAB's version 5 files, as far as arrays of numbers go.

Read here because `scipy.io.loadmat` ends the process on some damaged files and unpacks compressed
variables without a limit.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ..beginning import ClampedReader

_HEADER = 128
_PEEK = 4096
_MOST_AXES = 32
_MATRIX, _COMPRESSED = 14, 15
_LOGICAL, _COMPLEX = 0x02, 0x08
_STORED = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
_CLASSES = {6: "f8", 7: "f4", 8: "i1", 9: "u1", 10: "i2", 11: "u2", 12: "i4", 13: "u4", 14: "i8", 15: "u8"}


@dataclass(frozen=True)
class Variable:
    """An array of numbers in a file.

    Attributes:
        name: of the variable.
        shape: as MATLAB shows it.
        kind: MATLAB's class.
        flags: whether it is complex or logical.
        place: tag, start and length of its element in the file.
    """

    name: str
    shape: tuple[int, ...]
    kind: int
    flags: int
    place: tuple[int, int, int]

    @property
    def itemsize(self) -> int:
        """Bytes of a value."""
        return np.dtype(_CLASSES[self.kind]).itemsize * (2 if self.flags & _COMPLEX else 1)


def list_variables(path: Path) -> list[Variable]:
    """Return the arrays of numbers in a file.

    Text, cells, structures, sparse arrays and what has no name are passed over.

    Raises:
        Exception: of many kinds when the file is damaged.
    """
    with ClampedReader(path) as file:
        order = _order(file)
        found = (
            _describe(_content(file, order, place, _PEEK), order, place) for place in _places(file, order)
        )
        return [variable for variable in found if variable is not None and variable.name]


def read_variable(path: Path, variable: Variable) -> NDArray[Any]:
    """Read an array with its axes as MATLAB shows them.

    Raises:
        Exception: of many kinds when the file is damaged.
    """
    # integers and logical values may be stored as doubles, complex ones twice
    limit = _PEEK + (16 if variable.flags & _COMPLEX else 8) * math.prod(variable.shape)
    with ClampedReader(path) as file:
        order = _order(file)
        content = _content(file, order, variable.place, limit)
    at = 0
    for _ in range(3):
        at = _element(content, at, order)[2]
    real, at = _numbers(content, at, order, variable.shape)
    dtype = np.dtype(_CLASSES[variable.kind])
    if variable.flags & _LOGICAL:
        return real != 0
    if not variable.flags & _COMPLEX:
        return real.astype(dtype)
    joined = np.empty(variable.shape, np.result_type(dtype, np.complex64), order="F")
    joined.real, joined.imag = real, _numbers(content, at, order, variable.shape)[0]
    return joined


def _order(file: IO[bytes]) -> str:
    return ">" if file.read(_HEADER)[-2:] == b"MI" else "<"


def _places(file: IO[bytes], order: str) -> Iterator[tuple[int, int, int]]:
    start = _HEADER
    while len(tag := _at(file, start, 8)) == 8:
        kind, size = struct.unpack(order + "II", tag)
        yield kind, start + 8, size
        start += 8 + size


def _at(file: IO[bytes], start: int, size: int) -> bytes:
    file.seek(start)
    return file.read(size)


def _content(file: IO[bytes], order: str, place: tuple[int, int, int], limit: int) -> memoryview:
    """Return the beginning of a matrix after its tag, at most `limit` bytes; nothing for other elements."""
    kind, start, size = place
    if kind == _COMPRESSED:
        plain = zlib.decompressobj().decompress(_at(file, start, size), limit + 8)
        (kind,) = struct.unpack_from(order + "I", plain)
        content = memoryview(plain)[8:]
    else:
        content = memoryview(_at(file, start, min(size, limit)))
    return content if kind == _MATRIX else memoryview(b"")


def _describe(content: memoryview, order: str, place: tuple[int, int, int]) -> Variable | None:
    if not content:
        return None
    _, flags, at = _element(content, 0, order)
    (bits,) = struct.unpack_from(order + "I", flags)
    if bits & 0xFF not in _CLASSES:
        return None
    _, lengths, at = _element(content, at, order)
    _, name, _ = _element(content, at, order)
    shape = struct.unpack(f"{order}{len(lengths) // 4}i", lengths)
    if len(shape) > _MOST_AXES:
        raise ValueError(f"a variable has {len(shape)} axes")
    if min(shape, default=-1) < 0:
        raise ValueError(f"a variable has shape {shape}")
    return Variable(bytes(name).decode("ascii"), shape, bits & 0xFF, bits >> 8 & 0xFF, place)


def _element(content: memoryview, at: int, order: str) -> tuple[int, memoryview, int]:
    """Return the type and the data of an element, and where the next one begins."""
    kind, size = struct.unpack_from(order + "II", content, at)
    if kind >> 16:
        return kind & 0xFFFF, content[at + 4 : at + 4 + min(kind >> 16, 4)], at + 8
    end = at + 8 + size
    if end > len(content):
        raise ValueError("a variable ends early")
    return kind, content[at + 8 : end], end + -size % 8


def _numbers(content: memoryview, at: int, order: str, shape: tuple[int, ...]) -> tuple[NDArray[Any], int]:
    kind, data, after = _element(content, at, order)
    return np.frombuffer(data, order + _STORED[kind]).reshape(shape, order="F"), after
