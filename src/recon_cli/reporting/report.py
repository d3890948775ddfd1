"""The closing report of a command, on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from ..engine.result import GAP
from ..errors import printable
from .compiled_loops import compiled_loops_row
from .console import console
from .progress import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..priors.prior import Used
    from ..reconstruction import Reconstruction
    from ..workflows.denoising.job import Job, Solved

_MOST_SETTINGS = 3
REWEIGHTED = "; its penalties are weighted by a first minimum"
LOOSE = "; a loose bound, of first order, that the iterations do not stop by"
"""Said of a certified gap."""
_SHORTAGE = "done again with less at once"


def print_denoising_report(job: Job, solved: Solved) -> None:
    """Say what was done, with which certificate, and how good it is where a reference is given."""
    result = solved.result
    more = len(result.used) - _MOST_SETTINGS
    rows = [
        ("input", f"{job.name} ({solved.said})"),
        ("output", f"{job.target or '-'} ({solved.format}, {solved.picture.array.dtype})"),
        *([("figure", str(job.figure))] if job.figure else []),
        about(result.used[0]),
        *(strengths(used) for used in result.used[:_MOST_SETTINGS]),
        *([("", f"and {more} more")] if more > 0 else []),
        *([("iterations", f"{result.iterations}{ending(result)}")] if result.iterations else []),
        *certificate(result),
        ("time", f"{result.seconds:.2f} s on {result.device}"),
        *compiled_loops_row(result),
        *([("memory", f"ran out; {_SHORTAGE}")] if result.shortages else []),
    ]
    if solved.scores:
        (ratio, similarity), (ratio_before, similarity_before) = solved.scores
        rows.append(("PSNR", f"{ratio:.2f} dB (input {ratio_before:.2f} dB)"))
        rows.append(("SSIM", f"{similarity:.4f} (input {similarity_before:.4f}; data range 1, 7x7)"))
    print_rows(rows)


def about(used: Used) -> tuple[str, str]:
    """Return the prior, or its mode where it has several, as a row."""
    return "mode" if "mode" in used.settings else "method", used.about


def ending(result: Reconstruction) -> str:
    """Return how the iterations ended where the certified gap does not say so, else nothing."""
    if not result.converged:
        return ", NOT CONVERGED"
    rule = result.rule
    return "" if rule is None or rule.quantity == GAP else f", {rule.quantity} below {rule.tolerance:.3g}"


def certificate(result: Reconstruction) -> list[tuple[str, str]]:
    """Return J and its gap as rows, where there are some."""
    rows = [] if result.objective is None else [("objective", f"{result.objective:.8g}")]
    if result.gap is None:
        return rows
    of = f"of each of {result.tiles} tiles " if result.tiles > 1 else ""
    held = REWEIGHTED if any(used.reweighted for used in result.used) else ""
    loose = LOOSE if result.rule and result.rule.quantity != GAP and result.used[0].prior == "crr" else ""
    what = f"J {of}is at most this far above its minimum, relative{held}{loose}"
    return [*rows, ("certified gap", f"{result.gap:.2e} ({what})")]


def strengths(used: Used) -> tuple[str, str]:
    """Return model, noise level and strengths as a row."""
    level = {} if used.sigma is None else {"sigma": used.sigma}
    words = [f"{name} {value:.4g}" for name, value in (level | used.strengths).items()]
    return ("model" if used.model else "parameters"), ", ".join([*filter(None, [used.model]), *words])


def denoising_line(job: Job, solved: Solved) -> str:
    """Return the report as one line, for one file of many."""
    result = solved.result
    parts = [f"{result.iterations} iterations"] if result.iterations else [result.used[0].prior]
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
