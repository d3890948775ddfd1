"""JPEG inside TIFF, whose strips and tiles declare sizes of their own."""

from __future__ import annotations

import struct
from typing import IO, Any

from ...errors import ReconError
from ..limits import check_size

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset(range(0xD0, 0xDA)) | {0x01}


def check_jpegs(file: IO[bytes], page: Any, name: str) -> None:
    """Raise a ReconError when a strip or tile of a page would unpack to more than may be read.

    Args:
        file: the TIFF.
        page: of tifffile.
        name: of the file.
    """
    for offset, length in zip(page.dataoffsets, page.databytecounts, strict=False):
        file.seek(offset)
        check_size(name, _declared(file.read(length), name))


def _declared(content: bytes, name: str) -> tuple[int, int, int]:
    """Return height, width and samples of a JPEG; nothing for an empty one."""
    place = 0
    while place + 1 < len(content):
        if content[place] != 0xFF:
            break
        marker = content[place + 1]
        if marker in _ALONE or marker == 0xFF:
            place += 1 if marker == 0xFF else 2
        elif marker in _FRAMES and place + 10 <= len(content):
            height, width, samples = struct.unpack_from(">HHB", content, place + 5)
            return height, width, samples
        elif place + 4 <= len(content):
            place += 2 + int(struct.unpack_from(">H", content, place + 2)[0])
        else:
            break
    if content:
        raise ReconError(f"{name} is damaged: a part of it is no whole JPEG")
    return 0, 0, 0
