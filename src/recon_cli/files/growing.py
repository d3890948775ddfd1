"""Text files that grow line by line, so that a killed run leaves what it has found."""

from __future__ import annotations

import io
from pathlib import Path
from types import TracebackType
from typing import Self

from .atomic import cannot_write, write_atomically


class GrowingFile:
    """Begins whole, and takes one line after the other; each is with the system once it is added."""

    def __init__(self, path: Path, lines: list[str]) -> None:
        """Write the file.

        Args:
            path: where it stands; what is there is replaced.
            lines: its beginning.

        Raises:
            ReconError: when the place cannot be written.
        """
        self._path = path
        write_atomically(path, lambda file: file.write(_encoded(*lines)))
        try:
            self._file = io.FileIO(path, "a")
        except OSError as error:
            raise cannot_write(path, error) from error

    def add(self, line: str) -> None:
        """Append a line.

        Raises:
            ReconError: when the place cannot be written.
        """
        left = memoryview(_encoded(line))
        try:
            while left:
                left = left[self._file.write(left) :]
        except OSError as error:
            raise cannot_write(self._path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take no more lines."""
        self._file.close()


def _encoded(*lines: str) -> bytes:
    return "".join(line + "\n" for line in lines).encode()
