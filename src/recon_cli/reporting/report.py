"""The closing report on a reconstruction, on stderr: of what kind the file is does not matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from ..engine.result import GAP, SETTLED
from ..errors import printable
from .compiled_loops import compiled_loops_row
from .console import console
from .progress import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..priors.prior import Used
    from ..reconstruction import Reconstruction
    from ..workflows.file_workflow import FileDescription, FileTask

_MOST_SETTINGS = 3
REWEIGHTED = "; its penalties are weighted by a first minimum"
LOOSE = "; a loose bound, of first order, that the iterations do not stop by"
"""Said of a certified gap."""
UNSEEN = "; no detail that the data do not show is proven"
NOTHING = "nothing is proven of J, which does not make the image wrong"
"""Said of a gap near 1, in place of the rest."""
_NEARLY_ONE = 0.99
_UNCONVERGED = "allow more with --max-iter, or a larger --tol"
_SHORTAGE = "done again with less at once"


def report_rows(description: FileDescription, result: Reconstruction) -> list[tuple[str, str]]:
    """Return names and values of the report."""
    named = [used for used in result.used if used.model or used.sigma is not None or used.strengths]
    more = len(named) - _MOST_SETTINGS
    iterations = description.iterations or str(result.iterations)
    return [
        *description.rows,
        about(result.used[0]),
        *(strengths(used) for used in named[:_MOST_SETTINGS]),
        *([("", f"and {more} more")] if more > 0 else []),
        *(
            [("iterations", f"{iterations}{ending(result, description.unconverged)}")]
            if result.iterations
            else []
        ),
        *certificate(result),
        ("time", f"{result.seconds:.2f} s on {result.device}{_threads(result)}"),
        *compiled_loops_row(result),
        *([("memory", f"ran out; {_SHORTAGE}")] if result.shortages else []),
        *description.score_rows,
    ]


def _threads(result: Reconstruction) -> str:
    return f", {result.threads} thread{'s' if result.threads > 1 else ''}" if result.device == "cpu" else ""


def about(used: Used) -> tuple[str, str]:
    """Return the prior, or its mode where it has several, as a row."""
    return "mode" if "mode" in used.settings else "method", used.about


def ending(result: Reconstruction, unconverged: str = "") -> str:
    """Return how the iterations ended where the certified gap does not say so, else nothing.

    Args:
        result: of a file.
        unconverged: which parts of it did not converge, in words, where there are several.
    """
    if not result.converged:
        return f", {unconverged}NOT CONVERGED; {_UNCONVERGED}"
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
    more = f"; {result.used[0].proof} proves 1e-3" if result.rule and result.rule.quantity == SETTLED else ""
    unseen = UNSEEN if result.unseen else ""
    what = f"J {of}is at most this far above its minimum, relative{unseen}{held}{loose}"
    said = NOTHING if result.gap >= _NEARLY_ONE else what
    rows.append(("certified gap", f"{result.gap:.2e} ({said}{more})"))
    if result.distance is not None:
        near = f"at most {result.distance:.2g} grey levels of 255 from the exact minimum, root mean square"
        rows.append(("certified distance", near))
    return rows


def strengths(used: Used) -> tuple[str, str]:
    """Return model, noise level and strengths as a row."""
    level = {} if used.sigma is None else {"sigma": used.sigma}
    words = [f"{name} {value:.4g}" for name, value in (level | used.strengths).items()]
    return ("model" if used.model else "parameters"), ", ".join([*filter(None, [used.model]), *words])


def report_line(task: FileTask, description: FileDescription, result: Reconstruction) -> str:
    """Return the report as one line, for one file of many."""
    iterations = description.iterations or str(result.iterations)
    parts = [f"{iterations} iterations"] if result.iterations else [result.used[0].prior]
    parts += [f"gap {result.gap:.2e}"] if result.gap is not None else []
    parts += [] if result.converged else [f"{description.unconverged}NOT CONVERGED"]
    parts += [f"{result.seconds:.2f} s"]
    parts += [f"memory ran out, {_SHORTAGE}"] if result.shortages else []
    parts += [f"PSNR {description.scores['psnr']:.2f} dB"] if description.scores else []
    return f"{task.name} ({description.read}) -> {task.target or '-'}: {', '.join(parts)}"


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
