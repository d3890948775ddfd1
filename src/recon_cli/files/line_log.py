"""Logs of long runs: a header and a line of JSON a result, from which a killed run goes on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Self

from ..errors import ReconError
from .growing import GrowingFile
from .parsed import parse_json, read_text


class LineLog:
    """Holds what was written, and appends what becomes known.

    Attributes:
        rows: what the file held.
    """

    def __init__(self, path: Path | None, command: str, mark: str, resume: bool) -> None:
        """Open the log; a line that was written by half is dropped.

        Args:
            path: the log, or None to keep none.
            command: that writes it, as `tune`; names the format.
            mark: of all that decides the results.
            resume: whether to go on with what the file holds.

        Raises:
            ReconError: when the file is no log of this run.
        """
        self.rows: list[dict[str, Any]] = []
        self._path, self._command = path, command
        header = {"format": f"recon-{command}-1", "fingerprint": mark}
        begun = [json.dumps(header)]
        if path and resume and path.exists():
            text = read_text(path, "the log")
            lines = text.split("\n")[:-1]
            if lines or not begun[0].startswith(text):
                self.rows = self._read(lines, header)
                begun = lines
        self._file = GrowingFile(path, begun) if path else None

    def _read(self, lines: list[str], header: dict[str, str]) -> list[dict[str, Any]]:
        try:
            found, *rows = map(parse_json, lines)
            if found["format"] != header["format"]:
                raise self.damaged
            same = found["fingerprint"] == header["fingerprint"]
        except (ValueError, KeyError, TypeError) as error:
            raise self.damaged from error
        if not same:
            raise ReconError(
                f"{self._path} was written for other images or settings; repeat those, or give another --log"
            )
        return rows

    @property
    def damaged(self) -> ReconError:
        """The error for a file that is no log of this command."""
        return ReconError(
            f"{self._path} is no log of recon {self._command}, or damaged; give another --log, or --overwrite"
        )

    def add(self, row: dict[str, Any]) -> None:
        """Append a line; the first one makes the file.

        Raises:
            ReconError: when the place cannot be written.
        """
        if self._file:
            self._file.add(json.dumps(row))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()
