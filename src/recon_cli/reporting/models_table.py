"""The bundled models as a table, and as a line of JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from ..models.bundled_models import SHOWN
from .json_line import json_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..models.bundled_models import BundledModel

_NOTE = (
    "PSNR in dB at noise levels in 8-bit grey levels, at the last minimum, mean over",
    "64 x 64 pixels in the middle of the Set12 images that the strengths were tuned",
    "on: it compares the models with each other. A ~ marks what was interpolated",
    "between two measured levels. `minima`: how many there are; a network corrects",
    "the weights of the second one of the model adaptive. `default`: noise levels",
    "at which recon denoise takes the model where --model is not given, a ridge",
    "regulariser (crr) with --method crr.",
)


def models_table(models: Sequence[BundledModel]) -> str:
    """Return a table in plain text."""
    rows = [("model", "minima", "default", *(f"{sigma:g}" for sigma in SHOWN))]
    rows += [
        (each.name, str(each.minima), _taken(each), *(_psnr(each, sigma) for sigma in SHOWN))
        for each in models
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        words = [word.ljust(width) for word, width in zip(row[:3], widths, strict=False)]
        words += [word.rjust(width) for word, width in zip(row[3:], widths[3:], strict=True)]
        lines.append("  ".join(words).rstrip())
    return "\n".join([*lines, "", *_NOTE])


def models_line(models: Sequence[BundledModel]) -> str:
    """Return a line of JSON: `models` has an entry for each, with the levels that were measured."""
    entries = []
    for each in models:
        fields = asdict(each)
        del fields["between"]
        measured = [{"sigma": sigma, "psnr": value} for sigma, value in each.measured.items()]
        entries.append(fields | {"measured": measured})
    return json_line({"models": entries})


def _taken(model: BundledModel) -> str:
    ends = dict.fromkeys(f"{sigma:g}" for sigma in model.taken or ())
    return "-".join(ends)


def _psnr(model: BundledModel, sigma: float) -> str:
    value = model.between.get(sigma)
    if value is None:
        return "-"
    return f"{value:.2f}" if sigma in model.measured else f"~{value:.1f}"
