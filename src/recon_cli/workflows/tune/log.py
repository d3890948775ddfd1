"""The log of a search: a header and a line of JSON an evaluation, from which a killed run goes on."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TextIO

import numpy as np

from ...errors import ReconError
from ...files.atomic import write_atomically
from ...files.parsed import number, parse_json, read_text
from ...models.tuned import Tuned
from .evaluation import Evaluation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

FORMAT = "recon-tune-1"


def fingerprint(settings: Mapping[str, Any], arrays: Iterable[NDArray[Any]]) -> str:
    """Return a digest of all that decides the evaluations.

    Args:
        settings: plain JSON values.
        arrays: images, masks, atoms.
    """
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for array in arrays:
        digest.update(f"{array.dtype} {array.shape} ".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:16]


class SearchLog:
    """Holds what is known, and appends what becomes known."""

    def __init__(self, path: Path | None, mark: str, resume: bool) -> None:
        """Open the log; a line that was written by half is dropped.

        Args:
            path: the log, or None to keep none.
            mark: the fingerprint of this search.
            resume: whether to go on with what the file holds.

        Raises:
            ReconError: when the file is no log of this search.
        """
        lines = _complete_lines(path) if path and resume and path.exists() else []
        self.known = _read(path, lines, mark) if path and lines else {}
        self._path = path
        self._lines = lines or [json.dumps({"format": FORMAT, "fingerprint": mark})]
        self._file: TextIO | None = None

    def add(self, evaluation: Evaluation) -> None:
        """Remember an evaluation that is not known; the first one makes the file."""
        if evaluation.parameters in self.known:
            return
        self.known[evaluation.parameters] = evaluation
        if self._path is None:
            return
        try:
            self._open(self._path).write(_line(evaluation) + "\n")
        except OSError as error:
            raise ReconError(f"cannot write {self._path}: {error.strerror or error}") from error

    def _open(self, path: Path) -> TextIO:
        if self._file is None:
            text = "".join(line + "\n" for line in self._lines)
            write_atomically(path, lambda place: place.write_text(text, "utf-8"))
            self._file = path.open("a", encoding="utf-8", buffering=1)
        return self._file

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()


def _line(evaluation: Evaluation) -> str:
    fields: dict[str, Any] = dict(evaluation.parameters.as_json())
    fields |= {name: value for name, value in evaluation._asdict().items() if name != "parameters"}
    return json.dumps(fields)


def _complete_lines(path: Path) -> list[str]:
    return read_text(path, "the log").split("\n")[:-1]


def _read(path: Path, lines: list[str], mark: str) -> dict[Tuned, Evaluation]:
    try:
        header = parse_json(lines[0])
        if header["format"] != FORMAT:
            raise ValueError(header["format"])
        written_for = header["fingerprint"]
        known = [_evaluation(parse_json(line)) for line in lines[1:]]
    except (ValueError, KeyError, TypeError) as error:
        raise ReconError(
            f"{path} is no log of recon tune, or damaged; give another --log, or --overwrite"
        ) from error
    if written_for != mark:
        raise ReconError(
            f"{path} was written for other images or settings; repeat those, or give another --log"
        )
    return {evaluation.parameters: evaluation for evaluation in known}


def _evaluation(fields: dict[str, Any]) -> Evaluation:
    value, psnr, iterations, rejected = (
        fields.pop(name) for name in ("value", "psnr", "iterations", "rejected")
    )
    if not isinstance(iterations, int) or not isinstance(rejected, bool):
        raise ValueError("a value is of another type")
    return Evaluation(
        Tuned.from_json(fields),
        number(value, "value"),
        None if psnr is None else number(psnr, "psnr"),
        iterations,
        rejected,
    )
