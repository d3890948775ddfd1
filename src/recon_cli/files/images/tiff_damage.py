"""Damage that tifffile only logs, and reads on with what is left."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

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
