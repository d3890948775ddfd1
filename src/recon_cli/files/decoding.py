"""What decoders raise on damaged files, as one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import ReconError

_LONGEST = 200


@contextmanager
def decoding(name: object) -> Iterator[None]:
    """Turn whatever a decoder raises on a broken file into a ReconError that names the file."""
    try:
        yield
    except (ReconError, MemoryError):
        raise
    except Exception as error:  # decoders raise errors of many kinds on broken files
        reason = (str(error).splitlines() or [""])[0][:_LONGEST] or type(error).__name__
        raise ReconError(f"{name} is damaged or not supported: {reason}") from error
