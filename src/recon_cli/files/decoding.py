"""What decoders raise on damaged files, as one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import ReconError, reason_of


@contextmanager
def decoding(name: object) -> Iterator[None]:
    """Turn whatever a decoder raises on a broken file into a ReconError that names the file."""
    try:
        yield
    except (ReconError, MemoryError):
        raise
    except Exception as error:  # decoders raise errors of many kinds on broken files
        raise ReconError(f"{name} is damaged or not supported: {reason_of(error)}") from error
