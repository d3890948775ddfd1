"""The log of a search: a header and a line of JSON an evaluation, from which a killed run goes on."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...files.line_log import LineLog
from ...files.parsed import number
from ...models.tuned import Positive
from .evaluation import Evaluation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray


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


class SearchLog(LineLog):
    """Holds what is known, and appends what becomes known.

    Attributes:
        known: evaluations by their strengths.
    """

    def __init__(self, path: Path | None, mark: str, resume: bool, kind: type[Positive]) -> None:
        """Open the log, see `LineLog`; `kind` is that of the strengths.

        Raises:
            ReconError: when the file is no log of this search.
        """
        super().__init__(path, "tune", mark, resume)
        try:
            found = [_evaluation(row, kind) for row in self.rows]
        except (ValueError, KeyError, TypeError) as error:
            raise self.damaged from error
        self.known = {evaluation.strengths: evaluation for evaluation in found}

    def record(self, evaluation: Evaluation) -> None:
        """Remember an evaluation that is not known."""
        if evaluation.strengths not in self.known:
            self.known[evaluation.strengths] = evaluation
            self.add(_fields(evaluation))


def _fields(evaluation: Evaluation) -> dict[str, Any]:
    values = {name: value for name, value in evaluation._asdict().items() if name != "strengths"}
    return evaluation.strengths.as_json() | values


def _evaluation(fields: dict[str, Any], kind: type[Positive]) -> Evaluation:
    value, psnr, iterations, rejected = (
        fields.pop(name) for name in ("value", "psnr", "iterations", "rejected")
    )
    if not isinstance(iterations, int) or not isinstance(rejected, bool):
        raise ValueError("a value is of another type")
    return Evaluation(
        kind.from_json(fields),
        number(value, "value"),
        None if psnr is None else number(psnr, "psnr"),
        iterations,
        rejected,
    )
