"""Text files that grow line by line, so that a killed run leaves what it has found."""

from __future__ import annotations

import io
from pathlib import Path

from .atomic import cannot_write, write_atomically


class GrowingFile:
    """Takes one line after the other; each is with the system once it is added. The first makes the file."""

    def __init__(self, path: Path, lines: list[str]) -> None:
        """Remember where it stands.

        Args:
            path: where it stands; what is there is replaced.
            lines: its beginning.
        """
        self._path, self._lines = path, lines
        self._file: io.FileIO | None = None

    def add(self, line: str) -> None:
        """Append a line.

        Raises:
            ReconError: when the place cannot be written.
        """
        if self._file is None:
            write_atomically(self._path, lambda file: file.write(_encoded(*self._lines)))
        try:
            self._file = self._file or io.FileIO(self._path, "a")
            left = memoryview(_encoded(line))
            while left:
                left = left[self._file.write(left) :]
        except OSError as error:
            raise cannot_write(self._path, error) from error

    def close(self) -> None:
        """Take no more lines."""
        if self._file:
            self._file.close()


def _encoded(*lines: str) -> bytes:
    return "".join(line + "\n" for line in lines).encode()
