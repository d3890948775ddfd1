"""What is remembered of a part of a file that is solved, so that a run that was stopped goes on."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..engine.result import StopRule
from ..files.atomic import write_atomically
from ..priors.prior import Used
from ..reconstruction import Reconstruction, combined


class Record(NamedTuple):
    """How a part came about; plain values of `Reconstruction`, and those of its `Used`.

    Attributes:
        fields: by name.
        used: for each noise level.
        values: how many the part has, where its errors count.
        errors: mean squared errors of result and input, of a range of 1, where there is a reference.
    """

    fields: dict[str, Any]
    used: list[dict[str, Any]]
    values: int = 0
    errors: list[float] | None = None

    @classmethod
    def of(cls, done: Reconstruction, values: int = 0, errors: list[float] | None = None) -> Record:
        """Return what is remembered of a reconstruction; for the others see the class."""
        fields = {name: getattr(done, name) for name in _FIELDS}
        fields["rule"] = done.rule and list(done.rule)
        used = [{name: _plain(getattr(used, name)) for name in _USED} for used in done.used]
        return cls(fields, used, values, errors)

    def write(self, place: Path) -> None:
        """Write it, whole or not at all."""
        content = json.dumps(self._asdict()).encode()
        write_atomically(place, lambda file: file.write(content))

    @classmethod
    def read(cls, place: Path) -> Record | None:
        """Return one that was written, None where there is none that can be understood."""
        try:
            record = cls(**json.loads(place.read_bytes()))
            record.reconstruction()
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return record

    def reconstruction(self) -> Reconstruction:
        """Return the reconstruction, without its image."""
        fields = dict(self.fields)
        rule, extended = fields.pop("rule"), fields.pop("extended")
        return Reconstruction(
            np.empty(0, np.float32),
            used=tuple(Used(**each) for each in self.used),
            rule=rule and StopRule(*rule),
            extended=extended and (extended[0], extended[1]),
            **fields,
        )


_FIELDS = (
    "iterations", "gap", "converged", "seconds", "device", "tiles", "shortages", "extended", "distance",
    "threads", "objective", "unseen",
)  # fmt: skip
_USED = (
    "prior", "about", "parameters", "model", "sigma", "settings", "tolerance", "reweighted", "proof",
)  # fmt: skip


def _plain(value: Any) -> Any:
    return dict(value) if hasattr(value, "items") else value


def together(records: Sequence[Record]) -> Reconstruction:
    """Return the reconstruction of all parts; J of parts that overlap is none of the whole."""
    parts = [record.reconstruction() for record in records]
    whole = combined(parts, np.empty(0, np.float32))
    tiles = sum(part.tiles for part in parts)
    return replace(whole, tiles=tiles, objective=whole.objective if tiles == 1 else None)


def ratios(records: Sequence[Record]) -> list[float]:
    """Return the PSNR of result and input in dB, of all values together; nothing without a reference."""
    if any(record.errors is None for record in records):
        return []
    sums = np.sum([np.multiply(record.errors or (), record.values) for record in records], axis=0)
    means = sums / sum(record.values for record in records)
    return [math.inf if mean == 0 else -10 * math.log10(mean) for mean in means]
