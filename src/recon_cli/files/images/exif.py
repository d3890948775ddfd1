"""EXIF data: directories that a TIFF has beside its pages, and that other formats hold as a small TIFF."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ...errors import ReconError
from .tiff_tags import WIDTHS, Tag, TagReader

DESCRIPTION, ORIENTATION = 270, 274
DIRECTORIES = (34665, 34853, 40965)
"""TIFF's numbers of the tags that point to EXIF, GPS and interoperability data."""
DEEPEST = 2
"""How many directories lie in each other: a page, EXIF, interoperability."""
OF_CAMERA = frozenset((DESCRIPTION, 271, 272, ORIENTATION, 305, 306, 315, 316, 33432, *range(40091, 40096)))
"""Tags of a page that EXIF data have, too: description, camera, times, names and rights."""
_HEADER = b"Exif\0\0"
_NOTES = 37500
_LONG, _LONG_8, _LARGEST_KIND = 4, 16, 13


class Entry(NamedTuple):
    """A tag with all bytes of its values, in the order of the file."""

    code: int
    kind: int
    number: int
    content: bytes


@dataclass(frozen=True)
class Directory:
    """Tags that stand together.

    Attributes:
        entries: in the order of their numbers, each once.
        below: directories to which tags of these numbers point.
    """

    entries: tuple[Entry, ...] = ()
    below: Mapping[int, Directory] = field(default_factory=dict)


def read_directory(reader: TagReader, tags: Iterable[Tag], depth: int = 0) -> Directory:
    """Return tags and the directories below them; what is cut, too long or of an unknown type is left out.

    Args:
        reader: of the file.
        tags: of it.
        depth: in how many others they lie.
    """
    entries: dict[int, Entry] = {}
    below: dict[int, Directory] = {}
    room = reader.size
    # each once, or a few bytes would be directories without end
    for tag in {tag.code: tag for tag in tags}.values():
        content = reader.content(tag) if tag.number * WIDTHS.get(tag.kind, 1) <= room else None
        if content is None:
            continue
        room -= len(content)
        if tag.code in DIRECTORIES:
            found = read_directory(reader, reader.below(tag) if depth < DEEPEST else (), depth + 1)
            if found.entries or found.below:
                below[tag.code] = found
        elif tag.kind <= _LARGEST_KIND:
            entries[tag.code] = Entry(tag.code, tag.kind, tag.number, content)
    return Directory(tuple(sorted(entries.values())), below)


def packed(directory: Directory, place: int, order: Literal["<", ">"], big: bool = False) -> bytes:
    """Return a directory as it stands in a file, with those below it behind it.

    Args:
        directory: whose values are in the order of the file.
        place: where it will stand, an even number.
        order: of the file.
        big: whether that is a BigTIFF.
    """
    count, entry, link = ("Q", "HHQ", 8) if big else ("H", "HHI", 4)
    number = len(directory.entries) + len(directory.below)
    start = place + struct.calcsize(order + count) + number * (struct.calcsize(order + entry) + link) + link
    rows: dict[int, bytes] = {}
    behind = io.BytesIO()
    for code, kind, values, content in directory.entries:
        row = struct.pack(order + entry, code, kind, values)
        if len(content) > link:
            rows[code] = row + _number(start + behind.tell(), order, link)
            behind.write(content + bytes(len(content) % 2))
        else:
            rows[code] = row + content.ljust(link, b"\0")
    for code, inner in directory.below.items():
        offset = start + behind.tell()
        kind = _LONG_8 if big else _LONG
        rows[code] = struct.pack(order + entry, code, kind, 1) + _number(offset, order, link)
        behind.write(packed(inner, offset, order, big))
        behind.write(bytes(behind.tell() % 2))
    whole = b"".join(rows[code] for code in sorted(rows))
    return struct.pack(order + count, number) + whole + bytes(link) + behind.getvalue()


def as_exif(directory: Directory, order: Literal["<", ">"]) -> bytes | None:
    """Return the directory of a page as EXIF data of a JPEG; None where it says nothing of a camera."""
    entries = tuple(entry for entry in directory.entries if entry.code in OF_CAMERA)
    if not entries and not directory.below:
        return None
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return _HEADER + mark + _number(8, order, 4) + packed(Directory(entries, directory.below), 8, order)


def from_exif(exif: bytes | None) -> tuple[Directory, Literal["<", ">"]]:
    """Return what EXIF data of a JPEG hold, and the order of their values; nothing where they are damaged."""
    content = (exif or b"").removeprefix(_HEADER)
    if not content.startswith((b"II*\0", b"MM\0*")):
        return Directory(), "<"
    reader = TagReader(io.BytesIO(content), "EXIF")
    order: Literal["<", ">"] = "<" if reader.order == "<" else ">"
    try:
        return read_directory(reader, next(reader.pages(), [])), order
    except ReconError:
        return Directory(), order


def without_notes(directory: Directory) -> Directory:
    """Return the directory of a page without the notes that the maker of the camera left, of any length."""
    entries = tuple(entry for entry in directory.entries if entry.code != _NOTES)
    return Directory(entries, {code: without_notes(below) for code, below in directory.below.items()})


def _number(value: int, order: str, length: int) -> bytes:
    return value.to_bytes(length, "little" if order == "<" else "big")
