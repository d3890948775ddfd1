"""The log of a training: a line of JSON a step, and TensorBoard on request."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, NamedTuple, Self

from ...errors import ReconError
from ...files.growing import GrowingFile
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
        """Drop what the log holds beyond `step` or what was written by half, once there is more to write.

        Args:
            path: the log, one JSON object a line.
            step: steps that are done; 0 begins a new log with the first status.
            tensorboard: folder of TensorBoard's events.

        Raises:
            ReconError: when the log cannot be read, or TensorBoard is not installed.
        """
        self._board = _open_board(tensorboard, step) if tensorboard else None
        before = read_text(path, "the log", "replace").splitlines() if step and path.exists() else []
        self._file = GrowingFile(path, [line for line in before if _step_of(line) <= step])

    def write(self, status: TrainingStatus) -> None:
        """Add a status.

        Raises:
            ReconError: when the place cannot be written.
        """
        fields = {name: value for name, value in status._asdict().items() if value is not None}
        self._file.add(json.dumps(fields))
        if self._board is not None:
            for name in ("loss", "learning_rate", "validation"):
                if name in fields:
                    self._board.add_scalar(name, fields[name], status.step)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
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
