"""Tables as CSV, Markdown and LaTeX, by the suffix of the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

from ..errors import ReconError
from .atomic import write_atomically

Rows = Sequence[Sequence[str]]
_LATEX = str.maketrans(
    {c: f"\\{c}" for c in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "±": r"$\pm$"}
)


def check_table_suffix(path: Path) -> None:
    """Raise a ReconError when no format belongs to the suffix."""
    if path.suffix.lower() not in _FORMATS:
        raise ReconError(f"cannot write {path}: its name has to end in {', '.join(_FORMATS)}", 2)


def write_table(path: Path, rows: Rows) -> None:
    """Write a table, whole or not at all.

    Args:
        path: ends in .csv, .md or .tex; LaTeX needs the package booktabs.
        rows: of cells; the first one holds the names of the columns, the first column is text.

    Raises:
        ReconError: when the suffix is unknown or the place cannot be written.
    """
    check_table_suffix(path)
    text = _FORMATS[path.suffix.lower()](rows)
    write_atomically(path, lambda file: file.write(text.encode()))


def _csv(rows: Rows) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _markdown(rows: Rows) -> str:
    head, *body = ([cell.replace("|", "\\|") for cell in row] for row in rows)
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *body]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _latex(rows: Rows) -> str:
    head, *body = (" & ".join(cell.translate(_LATEX) for cell in row) + " \\\\\n" for row in rows)
    columns = "l" + "r" * (len(rows[0]) - 1)
    start, end = f"\\begin{{tabular}}{{{columns}}}\n\\toprule\n", "\\bottomrule\n\\end{tabular}\n"
    return start + head + "\\midrule\n" + "".join(body) + end


_FORMATS: dict[str, Callable[[Rows], str]] = {".csv": _csv, ".md": _markdown, ".tex": _latex}
