"""Directories of EXIF and GPS data in TIFF files that tifffile writes, which writes none itself."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from typing import IO, Literal

from .exif import Directory, packed
from .tiff_page import STAND_INS
from .tiff_tags import Tag, TagReader

_BELOW, _LONG, _LONG_8 = 330, 4, 16


class Directories:
    """Puts directories behind the pages, and turns the tags that stand in for theirs into these."""

    def __init__(self, order: Literal["<", ">"], big: bool) -> None:
        """Begin with none.

        Args:
            order: of the file.
            big: whether it is a BigTIFF.
        """
        self._order: Literal["<", ">"] = order
        self._big = big
        self._found: list[tuple[int, Directory]] = []

    def stand_ins(self, directories: Mapping[int, Directory]) -> list[tuple[int, int, int, bytes, bool]]:
        """Return tags for a page, each of which holds the number of a directory.

        Args:
            directories: of the page, by the numbers of their tags.
        """
        tags = []
        for code, directory in directories.items():
            number = self._pointer(len(self._found))
            tags.append((STAND_INS[code], _LONG_8 if self._big else _LONG, 1, number, True))
            self._found.append((code, directory))
        return tags

    def write(self, file: IO[bytes]) -> None:
        """Write all directories at the end of a file, and point to them.

        Args:
            file: whose pages are written; it is read, too.
        """
        if not self._found:
            return
        reader = TagReader(file, "the result")
        places = {}
        for tags in [*reader.pages()]:
            below = [reader.tags(at) for tag in tags if tag.code == _BELOW for at in reader.numbers(tag)]
            for tag in (tag for each in (tags, *below) for tag in each if tag.code in STAND_INS.values()):
                places[reader.numbers(tag)[0]] = tag
        for number, (code, directory) in enumerate(self._found):
            end = file.seek(0, io.SEEK_END)
            file.write(bytes(end % 2))
            end += end % 2
            file.write(packed(directory, end, self._order, self._big))
            self._point(file, places[number], code, end)
        file.seek(0, io.SEEK_END)

    def _point(self, file: IO[bytes], tag: Tag, code: int, offset: int) -> None:
        """Make a tag that stands in for one what it stands for."""
        file.seek(tag.place)
        file.write(struct.pack(self._order + "H", code))
        file.seek(tag.place + (12 if self._big else 8))
        file.write(self._pointer(offset))

    def _pointer(self, number: int) -> bytes:
        return number.to_bytes(8 if self._big else 4, "little" if self._order == "<" else "big")
