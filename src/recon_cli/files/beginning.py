"""The first bytes of a file, by which its format is recognised."""

from __future__ import annotations

from pathlib import Path

from ..errors import ReconError


def read_beginning(path: Path, length: int) -> bytes:
    """Return the first bytes of a file, fewer when it is shorter.

    Raises:
        ReconError: when the file is missing, empty or cannot be read.
    """
    try:
        with path.open("rb") as file:
            beginning = file.read(length)
    except FileNotFoundError as error:
        raise ReconError(f"{path} does not exist") from error
    except OSError as error:
        raise ReconError(f"cannot read {path}: {error.strerror or error}") from error
    if not beginning:
        raise ReconError(f"{path} is an empty file")
    return beginning
