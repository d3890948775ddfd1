"""The outcome of a search: a table for the terminal, and a line of JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from .console import console
from .json_line import json_line
from .progress import say

if TYPE_CHECKING:
    from pathlib import Path

    from ..files.parameters import Parameters
    from ..workflows.tune.criteria import Criterion
    from ..workflows.tune.run import SearchResult

_MOST = 12


def print_tune_table(found: SearchResult, criterion: Criterion) -> None:
    """Print the best evaluations on stderr, the best one first.

    Args:
        found: what the search found.
        criterion: what was optimised.
    """
    finished = [e for e in found.evaluations if not e.rejected]
    finished.sort(key=lambda e: e.value, reverse=criterion.larger)
    rejected = len(found.evaluations) - len(finished)
    summary = (
        f"{len(found.evaluations)} evaluations, {sum(e.iterations for e in found.evaluations)} iterations"
    )
    if rejected:
        summary += f", {rejected} given up early"
    table = Table()
    psnr = found.best.psnr is not None and criterion.name != "psnr"
    names = [*found.best.strengths.as_json(), criterion.unit, *(["PSNR (dB)"] if psnr else [])]
    for name in (*names, "iterations"):
        table.add_column(name, justify="right")
    for rank, e in enumerate(finished[:_MOST]):
        cells = [f"{value:.4g}" for value in e.strengths.as_json().values()]
        cells.append(f"{e.value:.3f}" if criterion.name == "psnr" else f"{e.value:.6g}")
        if psnr:
            cells.append(f"{e.psnr:.3f}")
        table.add_row(*cells, str(e.iterations), style="bold" if rank == 0 else "")
    if len(finished) > _MOST:
        summary += f"; the best {_MOST}:"
    say(summary)
    console().print(table)


def tune_line(found: SearchResult, tuned: Parameters, output: Path, figure: Path, log: Path) -> str:
    """Return the outcome as a line of JSON.

    Args:
        found: what the search found.
        tuned: what was written.
        output: file of the parameters.
        figure: file of the heat map.
        log: file of the evaluations.
    """
    fields = tuned.as_json() | {
        "psnr": found.best.psnr,
        "evaluations": len(found.evaluations),
        "rejected": sum(e.rejected for e in found.evaluations),
        "iterations": sum(e.iterations for e in found.evaluations),
        "ended": found.ended,
        "output": str(output),
        "figure": str(figure),
        "log": str(log),
    }
    return json_line(fields)
