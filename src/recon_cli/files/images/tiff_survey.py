"""What a TIFF makes its reader do, looked at before anything of it is read: pages, tags, strips and tiles."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from typing import IO, NamedTuple

from ...errors import ReconError
from ..limits import VALUES_A_PAGE, check_size

_VALUES_A_TAG = 2**5
_VALUES_A_PART = 2**8
"""What each further strip or tile counts: so many pixels has the smallest tile."""
_VALUES_AN_ITEM = 2**3
"""What a number or a letter in a tag counts, which becomes an object of Python; a byte counts one."""
_MOST_TAGS = 2**12
_PLAIN = (1, 6, 7)
"""TIFF's numbers of the types of bytes."""
_WIDTHS = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
_WHOLE = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_WIDTH, _HEIGHT, _BITS, _STRIPS, _SAMPLES, _STRIP_SIZES = 256, 257, 258, 273, 277, 279
_TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_SIZES, _BELOW, _DEPTH = 322, 323, 324, 325, 330, 32997
_FOREIGN = {33628: "MetaMorph stack", 33629: "MetaMorph stack", 34412: "Zeiss LSM file"}
"""Kinds of TIFF that describe their planes in a way of their own, by a tag that only they have."""


class _Tag(NamedTuple):
    """A tag: its meaning, type and number of values, and the values or the place where they are."""

    code: int
    kind: int
    number: int
    value: bytes


class Survey:
    """Adds up the pages of a TIFF without reading them.

    Attributes:
        pages: how many there are, without those below others.
    """

    def __init__(self, file: IO[bytes], name: str) -> None:
        """Look at all pages.

        A page counts 4096 values at least, or else its tags with all that they hold, and 256 for each strip
        or tile after the first.

        Args:
            file: the TIFF, at any place; left at its beginning.
            name: of the file.

        Raises:
            ReconError: when pages, strips or tiles overlap, the file declares more than may be read, or its
                planes stand in it in the way of another program.
        """
        self.pages = 0
        self._file, self._name, self._size = file, name, file.seek(0, io.SEEK_END)
        self._cost = self._stored = self._unpacked = used = 0
        header = self._read(0, 16)
        self._order, self._big = "<" if header[:1] == b"I" else ">", header[2:4] in (b"+\0", b"\0+")
        count, link = (8, 8) if self._big else (2, 4)
        place = header[8:16] if self._big else header[4:8]
        while len(place) == link and (offset := self._number(place)):
            beginning = self._read(offset, count)
            if len(beginning) < count:
                break  # a place outside of the file, of which tifffile tells
            length = (20 if self._big else 12) * self._number(beginning)
            used += count + length + link
            if used > self._size:
                raise ReconError(f"{name} is damaged: its pages overlap")
            self._add(self._tags(offset))
            self.pages += 1
            place = self._read(offset + count + length, link)
        if self._stored > self._size + 2 * self._unpacked:
            raise ReconError(f"{name} is damaged: its strips or tiles overlap")
        file.seek(0)

    def _add(self, tags: Sequence[_Tag], nested: bool = False) -> None:
        """Look at a page, and at those below it."""
        held = {tag.code: tag for tag in reversed(tags)}
        for code, kind in _FOREIGN.items():
            if code in held:
                raise ReconError(f"{self._name} is a {kind}, which is not read; save it as a plain TIFF")
        parts = max(self._count(held.get(code)) for code in (_STRIPS, _STRIP_SIZES, _TILES, _TILE_SIZES))
        cost = sum(
            _VALUES_A_TAG + (1 if tag.kind in _PLAIN else _VALUES_AN_ITEM) * self._count(tag) for tag in tags
        )
        self._cost += max(VALUES_A_PAGE, cost + _VALUES_A_PART * max(parts - 1, 0))
        below = 0 if nested else self._count(held.get(_BELOW))
        check_size(self._name, (self._cost + VALUES_A_PAGE * (below - 1),))

        def one(code: int, usual: int) -> int:
            return next(iter(self._numbers(held.get(code))), usual)

        samples = one(_SAMPLES, 1)
        values = one(_WIDTH, 0) * one(_HEIGHT, 0) * one(_DEPTH, 1) * samples
        if _TILES in held:
            values = max(values, parts * one(_TILE_WIDTH, 0) * one(_TILE_HEIGHT, 0) * samples)
        size = -(-one(_BITS, 1) // 8)
        check_size(self._name, (values,), size)
        self._unpacked += values * size
        self._stored += sum(sum(self._numbers(held.get(code))) for code in (_STRIP_SIZES, _TILE_SIZES))
        for offset in self._numbers(held.get(_BELOW)) if below else ():
            self._add(self._tags(offset), nested=True)

    def _tags(self, offset: int) -> list[_Tag]:
        """Return the tags of the page at a place, as far as the file has them."""
        width, entry = (8, "HHQ8s") if self._big else (2, "HHI4s")
        size = struct.calcsize(self._order + entry)
        count = self._number(self._read(offset, width))
        if count > _MOST_TAGS:
            raise ReconError(f"{self._name} is damaged: a page has {count} tags")
        content = self._read(offset + width, size * count)
        whole = content[: len(content) // size * size]
        return [_Tag(*found) for found in struct.iter_unpack(self._order + entry, whole)]

    def _count(self, tag: _Tag | None) -> int:
        """Return how many values a tag has, of which the file has room for."""
        return min(tag.number, self._size // _WIDTHS[tag.kind]) if tag and tag.kind in _WIDTHS else 0

    def _numbers(self, tag: _Tag | None) -> Sequence[int]:
        """Return the whole numbers of a tag; none where it is missing, of another type or cut."""
        if tag is None or tag.kind not in _WHOLE:
            return ()
        length, content = tag.number * _WIDTHS[tag.kind], tag.value
        if length > len(content):
            content = self._read(self._number(content), length)
        if length > len(content):
            return ()
        return struct.unpack_from(f"{self._order}{tag.number}{_WHOLE[tag.kind]}", content)

    def _number(self, content: bytes) -> int:
        return int.from_bytes(content, "little" if self._order == "<" else "big")

    def _read(self, offset: int, length: int) -> bytes:
        self._file.seek(min(offset, self._size))
        return self._file.read(min(length, self._size))
