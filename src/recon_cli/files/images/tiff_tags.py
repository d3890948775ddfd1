"""The tags of TIFF files, read without any library: numbers and bytes at places that are checked."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple

from ...errors import ReconError

MOST_TAGS = 2**12
WIDTHS = {
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
"""Bytes of a value, by TIFF's number of its type."""
_WHOLE = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}


class Tag(NamedTuple):
    """A tag: its meaning, type and number of values, the values or where they are, and where it is itself."""

    code: int
    kind: int
    number: int
    value: bytes
    place: int


class TagReader:
    """Reads tags.

    Attributes:
        order: `<` or `>`.
        big: whether it is a BigTIFF.
        size: of the file, in bytes.
    """

    def __init__(self, file: IO[bytes], name: str) -> None:
        """Read the beginning of a file.

        Args:
            file: the TIFF, at any place.
            name: of the file.
        """
        self._file, self._name, self.size = file, name, file.seek(0, io.SEEK_END)
        header = self._read(0, 16)
        self.order = "<" if header[:1] == b"I" else ">"
        self.big = header[2:4] in (b"+\0", b"\0+")
        self._first = header[8:16] if self.big else header[4:8]

    def pages(self) -> Iterator[list[Tag]]:
        """Yield the tags of each page, but for those below others.

        Raises:
            ReconError: when pages overlap.
        """
        count, link = (8, 8) if self.big else (2, 4)
        place, used = self._first, 0
        while len(place) == link and (offset := self._number(place)):
            beginning = self._read(offset, count)
            if len(beginning) < count:
                return  # a place outside of the file, of which tifffile tells
            length = (20 if self.big else 12) * self._number(beginning)
            used += count + length + link
            if used > self.size:
                raise ReconError(f"{self._name} is damaged: its pages overlap")
            yield self.tags(offset)
            place = self._read(offset + count + length, link)

    def tags(self, offset: int) -> list[Tag]:
        """Return the tags at a place, as far as the file has them.

        Raises:
            ReconError: when it has too many.
        """
        width, entry = (8, "HHQ8s") if self.big else (2, "HHI4s")
        length = struct.calcsize(self.order + entry)
        count = self._number(self._read(offset, width))
        if count > MOST_TAGS:
            raise ReconError(f"{self._name} is damaged: a page has {count} tags")
        content = self._read(offset + width, length * count)
        whole = content[: len(content) // length * length]
        found = struct.iter_unpack(self.order + entry, whole)
        places = range(offset + width, offset + width + len(whole), length)
        return [
            Tag(code, kind, number, value, place)
            for (code, kind, number, value), place in zip(found, places, strict=True)
        ]

    def below(self, tag: Tag) -> list[Tag]:
        """Return the tags of the directory to which a tag points; none where it is no directory."""
        try:
            return [found for offset in self.numbers(tag)[:1] for found in self.tags(offset)]
        except ReconError:
            return []

    def count(self, tag: Tag | None) -> int:
        """Return how many values a tag has, of which the file has room for."""
        return min(tag.number, self.size // WIDTHS[tag.kind]) if tag and tag.kind in WIDTHS else 0

    def content(self, tag: Tag) -> bytes | None:
        """Return the bytes of the values of a tag; None where they are cut, or of an unknown type."""
        if tag.kind not in WIDTHS:
            return None
        length = tag.number * WIDTHS[tag.kind]
        found = tag.value if length <= len(tag.value) else self._read(self._number(tag.value), length)
        return found[:length] if length <= len(found) else None

    def numbers(self, tag: Tag | None) -> Sequence[int]:
        """Return the whole numbers of a tag; none where it is missing, of another type or cut."""
        if tag is None or tag.kind not in _WHOLE or (content := self.content(tag)) is None:
            return ()
        return struct.unpack(f"{self.order}{tag.number}{_WHOLE[tag.kind]}", content)

    def _number(self, content: bytes) -> int:
        return int.from_bytes(content, "little" if self.order == "<" else "big")

    def _read(self, offset: int, length: int) -> bytes:
        self._file.seek(min(offset, self.size))
        return self._file.read(min(length, self.size))
