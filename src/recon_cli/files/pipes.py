"""Standard input and output in place of files, for formats whose readers and writers need files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from ..errors import ReconError
from .atomic import cannot_write
from .streams import read_stdin, refuse_terminal, write_stdout

PIPE = Path("-")


class Pipes:
    """Holds what comes through pipes in a folder of its own, which goes when the work ends."""

    def __init__(self) -> None:
        """Hold nothing."""
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._results: list[Path] = []

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the folder."""
        if self._folder:
            self._folder.cleanup()

    @contextmanager
    def source(self, path: Path) -> Iterator[Path]:
        """Give the file itself to read, or one that holds all of standard input for `-`.

        Raises:
            ReconError: when standard input is empty, too long or a terminal, or cannot be kept; and what is
                raised of its file, with the name of standard input.
        """
        if path != PIPE:
            yield path
            return
        place = self._place("input")
        content = read_stdin()
        try:
            place.write_bytes(content)
        except OSError as error:
            raise cannot_write(place, error) from error
        try:
            yield place
        except ReconError as error:
            said = str(error).replace(str(place), "standard input")
            raise ReconError(said, error.exit_code) from error

    def target(self, path: Path, suffix: str) -> Path:
        """Return the file itself, or for `-` one whose content `send` writes to standard output.

        Args:
            path: what the user asked for.
            suffix: of the format on standard output.

        Raises:
            ReconError: when standard output is a terminal.
        """
        if path != PIPE:
            return path
        refuse_terminal()
        self._results.append(self._place(f"result{suffix}"))
        return self._results[-1]

    def send(self) -> None:
        """Write the results to standard output.

        Raises:
            ReconError: when nobody reads them.
        """
        for place in self._results:
            write_stdout(place.read_bytes())

    def _place(self, name: str) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="recon-")
        return Path(self._folder.name, name)
