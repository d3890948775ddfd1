"""Damage that tifffile only logs, and reads on with what is left."""

from __future__ import annotations

import io
import logging
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from ...errors import ReconError

_DAMAGE = re.compile(
    r"page offset|circular|offset to .*page|out of range|missing data|corrupted|does not match|value offset"
)


class _Collector(logging.Handler):
    """Keeps what is logged off the terminal."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message."""
        self.messages.append(record.getMessage())


@contextmanager
def refusing_damage(name: str) -> Iterator[None]:
    """Raise a ReconError in the end where tifffile told of missing or contradictory parts of a file.

    Args:
        name: of the file.
    """
    collector = _Collector()
    logger = logging.getLogger("tifffile")
    logger.addHandler(collector)
    try:
        yield
    finally:
        logger.removeHandler(collector)
    for message in collector.messages:
        if _DAMAGE.search(message):
            raise ReconError(f"{name} is damaged: {message}")


def check_pages(file: IO[bytes], name: str) -> int:
    """Return how many pages a TIFF has, unless they overlap, which could keep a reader for hours.

    Args:
        file: at any place; left at its beginning.
        name: of the file.

    Raises:
        ReconError: when they do.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    header = file.read(16)
    order = "<" if header[:1] == b"I" else ">"
    big = header[2:4] in (b"+\0", b"\0+")
    count, entry, link = (f"{order}Q", 20, f"{order}Q") if big else (f"{order}H", 12, f"{order}I")
    used, pages, place = 0, 0, header[8:16] if big else header[4:8]
    while len(place) == struct.calcsize(link) and (offset := struct.unpack(link, place)[0]):
        file.seek(min(offset, size))
        beginning = file.read(struct.calcsize(count))
        if len(beginning) < struct.calcsize(count):
            break  # a place outside the file, of which tifffile tells
        length = entry * struct.unpack(count, beginning)[0]
        pages += 1
        used += length + struct.calcsize(count) + struct.calcsize(link)
        if used > size:
            raise ReconError(f"{name} is damaged: its pages overlap")
        file.seek(length, io.SEEK_CUR)
        place = file.read(struct.calcsize(link))
    file.seek(0)
    return pages
