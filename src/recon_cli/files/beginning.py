"""Opening files that may be anything: whether it is one, its first bytes, and no more than it has."""

from __future__ import annotations

import io
import stat
from pathlib import Path

from ..errors import ReconError


def check_file(path: Path, what: str = "") -> int:
    """Return the size of a file in bytes; a pipe or a device could keep a reader for ever.

    Args:
        path: of the file.
        what: it is meant to be, as in "the dictionary".

    Raises:
        ReconError: when it is missing, no regular file or cannot be looked at.
    """
    name = f"{what} {path}".lstrip()
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise ReconError(f"{name} does not exist") from error
    except (OSError, ValueError) as error:  # a ValueError for a null byte in the name
        raise ReconError(f"cannot read {name}: {getattr(error, 'strerror', None) or error}") from error
    if stat.S_ISDIR(found.st_mode):
        raise ReconError(f"cannot read {name}: it is a folder")
    if not stat.S_ISREG(found.st_mode):
        raise ReconError(f"cannot read {name}: it is no regular file; save the content as one first")
    return found.st_size


class ClampedReader(io.BufferedReader):
    """A file for decoders: bytes alone, without a name or a number of the system.

    A decoder that knew where the file lies would look for others beside it. `read` asks for no more than
    there is: Python would first make room for all of it.
    """

    def __init__(self, path: Path) -> None:
        """Open the file."""
        super().__init__(io.FileIO(path))
        self._size = self.seek(0, io.SEEK_END)
        self.seek(0)

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes."""
        left = max(self._size - self.tell(), 0)
        return super().read(left if size is None or size < 0 else min(size, left))

    def fileno(self) -> int:
        """Refuse."""
        raise io.UnsupportedOperation("a decoder works on bytes")

    @property
    def name(self) -> str:
        """Refuse."""
        raise AttributeError("a decoder works on bytes")


def read_beginning(path: Path, length: int) -> bytes:
    """Return the first bytes of a file, fewer when it is shorter.

    Raises:
        ReconError: when the file is missing, empty, no regular file or cannot be read.
    """
    check_file(path)
    try:
        with path.open("rb") as file:
            beginning = file.read(length)
    except OSError as error:
        raise ReconError(f"cannot read {path}: {error.strerror or error}") from error
    if not beginning:
        raise ReconError(f"{path} is an empty file")
    return beginning
