"""The closing report of a command, on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..workflows.denoising.job import Job, Solved
    from ..workflows.denoising.pictures import Setting

_MOST_SETTINGS = 3
_SHORTAGE = "done again with less at once"


def print_denoising_report(job: Job, solved: Solved) -> None:
    """Say what was done, with which certificate, and how good it is where a reference is given."""
    result, options = solved.result, solved.options
    method = {
        "full": options.solver,
        "early-stop": f"coordinate descent, {options.inner}",
        "unrolled": f"coordinate descent, {options.inner}",
    }[options.mode]
    stopped = "" if result.converged else ", NOT CONVERGED"
    if options.mode == "early-stop" and result.converged:
        stopped = f", relative change below {result.settings[0].parameters.tol:.3g}"
    more = len(result.settings) - _MOST_SETTINGS
    of = f"of each of {result.tiles} tiles " if result.tiles > 1 else ""
    rows = [
        ("input", f"{job.name} ({solved.said})"),
        ("output", f"{job.target or '-'} ({solved.format}, {solved.picture.array.dtype})"),
        *([("figure", str(job.figure))] if job.figure else []),
        ("mode", f"{options.mode} ({method}), border {options.border}"),
        *(("model", _setting(setting)) for setting in result.settings[:_MOST_SETTINGS]),
        *([("", f"and {more} more")] if more > 0 else []),
        ("iterations", f"{result.iterations}{stopped}"),
        *([("objective", f"{result.objective:.8g}")] if result.objective is not None else []),
        ("certified gap", f"{result.gap:.2e} (J {of}is at most this far above its minimum, relative)"),
        ("time", f"{result.seconds:.2f} s on {result.device}"),
        *([("memory", f"ran out; {_SHORTAGE}")] if result.shortages else []),
    ]
    if solved.scores:
        (ratio, similarity), (ratio_before, similarity_before) = solved.scores
        rows.append(("PSNR", f"{ratio:.2f} dB (input {ratio_before:.2f} dB)"))
        rows.append(("SSIM", f"{similarity:.4f} (input {similarity_before:.4f}; data range 1, 7x7)"))
    print_rows(rows)


def _setting(setting: Setting) -> str:
    beta, lam = setting.parameters.beta, setting.parameters.lam
    return f"{setting.model}, sigma {setting.sigma:.4g}, beta {beta:.4g}, lam {lam:.4g}"


def denoising_line(job: Job, solved: Solved) -> str:
    """Return the report as one line, for one file of many."""
    result = solved.result
    text = f"{job.name} ({solved.said}) -> {job.target or '-'}: {result.iterations} iterations"
    text += f", gap {result.gap:.2e}" + ("" if result.converged else ", NOT CONVERGED")
    text += f", {result.seconds:.2f} s" + (f", memory ran out, {_SHORTAGE}" if result.shortages else "")
    return text + (f", PSNR {solved.scores[0][0]:.2f} dB" if solved.scores else "")


def print_rows(rows: Sequence[tuple[str, str]]) -> None:
    """Print names and values in two columns."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(name, value)
    Console(stderr=True, highlight=False).print(table, markup=False)
