"""The closing report of a command, on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from ..errors import printable
from .compiled_loops import compiled_loops_row
from .console import console
from .progress import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..workflows.denoising.job import Job, Solved
    from ..workflows.denoising.pictures import Setting
    from ..workflows.methods.method import Method

_MOST_SETTINGS = 3
REWEIGHTED = "; its penalties are weighted by a first minimum"
"""Said of a certified gap."""
_SHORTAGE = "done again with less at once"


def print_denoising_report(job: Job, solved: Solved) -> None:
    """Say what was done, with which certificate, and how good it is where a reference is given."""
    result, method = solved.result, solved.method
    stopped = method.ending(result.settings[0].parameters) if result.converged else ", NOT CONVERGED"
    more = len(result.settings) - _MOST_SETTINGS
    of = f"of each of {result.tiles} tiles " if result.tiles > 1 else ""
    held = REWEIGHTED if any(setting.reweighted for setting in result.settings) else ""
    of_what = f"J {of}is at most this far above its minimum, relative{held}"
    rows = [
        ("input", f"{job.name} ({solved.said})"),
        ("output", f"{job.target or '-'} ({solved.format}, {solved.picture.array.dtype})"),
        *([("figure", str(job.figure))] if job.figure else []),
        method.row(),
        *(_setting(setting, method) for setting in result.settings[:_MOST_SETTINGS]),
        *([("", f"and {more} more")] if more > 0 else []),
        *([("iterations", f"{result.iterations}{stopped}")] if result.iterations else []),
        *([("objective", f"{result.objective:.8g}")] if result.objective is not None else []),
        *([("certified gap", f"{result.gap:.2e} ({of_what})")] if result.gap is not None else []),
        ("time", f"{result.seconds:.2f} s on {result.device}"),
        *compiled_loops_row(method, result.device),
        *([("memory", f"ran out; {_SHORTAGE}")] if result.shortages else []),
    ]
    if solved.scores:
        (ratio, similarity), (ratio_before, similarity_before) = solved.scores
        rows.append(("PSNR", f"{ratio:.2f} dB (input {ratio_before:.2f} dB)"))
        rows.append(("SSIM", f"{similarity:.4f} (input {similarity_before:.4f}; data range 1, 7x7)"))
    print_rows(rows)


def _setting(setting: Setting, method: Method) -> tuple[str, str]:
    values = {name: value for name, value in setting.parameters.as_json().items() if name != "tol"}
    words = [f"{name} {value:.4g}" for name, value in ({"sigma": setting.sigma} | values).items()]
    named = setting.model != method.name
    return ("model" if named else "parameters"), ", ".join([setting.model] * named + words)


def denoising_line(job: Job, solved: Solved) -> str:
    """Return the report as one line, for one file of many."""
    result = solved.result
    parts = [f"{result.iterations} iterations"] if result.iterations else [solved.method.name]
    parts += [f"gap {result.gap:.2e}"] if result.gap is not None else []
    parts += [] if result.converged else ["NOT CONVERGED"]
    parts += [f"{result.seconds:.2f} s"]
    parts += [f"memory ran out, {_SHORTAGE}"] if result.shortages else []
    text = f"{job.name} ({solved.said}) -> {job.target or '-'}: {', '.join(parts)}"
    return text + (f", PSNR {solved.scores[0][0]:.2f} dB" if solved.scores else "")


def print_rows(rows: Sequence[tuple[str, str]]) -> None:
    """Print names and values in two columns; without a terminal, a line each, however long."""
    if not console().is_terminal:
        width = max(len(name) for name, _ in rows)
        for name, value in rows:
            say(f"{name:<{width}}  {value}")
        return
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(name, printable(value))
    console().print(table)
