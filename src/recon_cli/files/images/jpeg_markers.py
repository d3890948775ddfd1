"""What a JPEG declares, by itself or inside of a TIFF, read from its markers alone."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterable
from typing import IO, Any, NamedTuple

from ...errors import ReconError
from ..limits import check_size

MOST_SCANS = 100
"""A scan takes as long as the whole image, however few bytes it has; programs write ten or so."""
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_MARKER = re.compile(rb"\xff+([^\x00\xff])")


class Declared(NamedTuple):
    """What a JPEG says of itself.

    Attributes:
        height: in pixels.
        width: in pixels.
        samples: of a pixel.
        whole: whether it has a size and the beginning of a scan.
    """

    height: int
    width: int
    samples: int
    whole: bool


def look_at_markers(content: bytes, name: str) -> Declared:
    """Return what a JPEG declares.

    Args:
        content: its bytes, from the first marker.
        name: of the file.

    Raises:
        ReconError: when it has too many scans.
    """
    size, scans, place = (0, 0, 0), 0, 0
    while found := _MARKER.search(content, place):
        place, marker = found.end(), found[1][0]
        if marker == _END:
            break
        if marker < min(_FRAMES) or 0xD0 <= marker <= _START:  # these stand alone
            continue
        if marker in _FRAMES and not any(size) and place + 8 <= len(content):
            size = struct.unpack_from(">HHB", content, place + 3)
        scans += marker == _SCAN
        if scans > MOST_SCANS:
            raise ReconError(
                f"{name} is a JPEG of more than {MOST_SCANS} scans, which would take hours; save it again"
            )
        place += int.from_bytes(content[place : place + 2], "big")
    return Declared(*size, whole=all(size) and scans > 0)


def check_jpegs(file: IO[bytes], pages: Iterable[Any], name: str) -> None:
    """Raise a ReconError when the strips and tiles would unpack to more than may be read.

    Args:
        file: the TIFF.
        pages: of tifffile.
        name: of the file.
    """
    values = 0
    for page in pages:
        for offset, length in zip(page.dataoffsets, page.databytecounts, strict=False):
            if not length:
                continue
            file.seek(offset)
            declared = look_at_markers(file.read(length), name)
            if not declared.whole:
                raise ReconError(f"{name} is damaged: a part of it is no whole JPEG")
            values += math.prod(declared[:3])
            check_size(name, (values,))
