"""Open files for writers of every kind, of which not all cope with a disk that is full."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


class Sink(io.RawIOBase):
    """A file that raises its first failure, and takes all that follows without a word.

    Some writers fail once more when they are closed or collected, with errors of their own. It gives no
    file number, so that NumPy and Pillow do not write past it, with errors that lack the reason.

    Attributes:
        failure: the first one.
    """

    def __init__(self, number: int) -> None:
        """Take an open file by its number."""
        self._number: int | None = number
        self.failure: OSError | None = None

    def writable(self) -> bool:
        """It is."""
        return True

    def readable(self) -> bool:
        """It is, for writers that look at what they wrote."""
        return True

    def readinto(self, room: WriteableBuffer, /) -> int:
        """Fill room with the next bytes."""
        return 0 if self._number is None else os.readv(self._number, [room])

    def seekable(self) -> bool:
        """It is."""
        return True

    def write(self, content: ReadableBuffer, /) -> int:
        """Write bytes, as many as the system takes at once."""
        if self._number is None:
            return memoryview(content).nbytes
        try:
            return os.write(self._number, content)
        except OSError as error:
            self.failure = error
            self.end()
            raise

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to another place."""
        return 0 if self._number is None else os.lseek(self._number, offset, whence)

    def truncate(self, size: int | None = None, /) -> int:
        """Cut or fill the file."""
        size = self.tell() if size is None else size
        if self._number is not None:
            os.ftruncate(self._number, size)
        return size

    def finish(self) -> None:
        """Bring everything to the disk and close the file.

        Raises:
            OSError: when that fails, or writing failed before.
        """
        if self.failure:  # which a writer may have kept to itself
            raise self.failure
        if self._number is not None:
            os.fsync(self._number)
            self.end()

    def end(self) -> None:
        """Close the file, if that has not been done."""
        if self._number is not None:
            os.close(self._number)
            self._number = None
