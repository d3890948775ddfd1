"""The log of a training: a line of JSON a step, and TensorBoard on request."""

from __future__ import annotations

import json
import math
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from ...errors import ReconError
from ...files.atomic import write_atomically
from ...files.parsed import number, parse_json, read_text


class TrainingStatus(NamedTuple):
    """Progress of a training.

    Attributes:
        step: steps done.
        loss: what the step minimised.
        learning_rate: of the step.
        seconds: wall-clock time of the step.
        validation: PSNR in dB on the validation images, where it was just computed.
    """

    step: int
    loss: float
    learning_rate: float
    seconds: float
    validation: float | None


class Journal:
    """Writes every status of a training; a resumed one goes on behind its checkpoint."""

    def __init__(self, path: Path, step: int, tensorboard: Path | None = None) -> None:
        """Open the log, and drop what it holds beyond `step` or what was written by half.

        Args:
            path: the log, one JSON object a line.
            step: steps that are done; 0 begins a new log.
            tensorboard: folder of TensorBoard's events.

        Raises:
            ReconError: when the place cannot be written, or TensorBoard is not installed.
        """
        self._board = _open_board(tensorboard, step) if tensorboard else None
        before = read_text(path, "the log", "replace").splitlines() if step and path.exists() else []
        kept = "".join(line + "\n" for line in before if _step_of(line) <= step)
        write_atomically(path, lambda place: place.write_text(kept, "utf-8"))
        self._file = path.open("a", encoding="utf-8", buffering=1)

    def write(self, status: TrainingStatus) -> None:
        """Add a status."""
        fields = {name: value for name, value in status._asdict().items() if value is not None}
        try:
            self._file.write(json.dumps(fields) + "\n")
        except OSError as error:
            raise ReconError(f"cannot write {self._file.name}: {error.strerror or error}") from error
        if self._board is not None:
            for name in ("loss", "learning_rate", "validation"):
                if name in fields:
                    self._board.add_scalar(name, fields[name], status.step)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if self._board is not None:
            self._board.close()


def _open_board(folder: Path, step: int) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise ReconError("TensorBoard is not installed; pip install tensorboard") from error
    return SummaryWriter(str(folder), purge_step=step + 1)


def _step_of(line: str) -> float:
    try:
        return number(parse_json(line)["step"], "step")
    except (ValueError, KeyError, TypeError):
        return math.inf
