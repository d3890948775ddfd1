"""Figures: PNG, PDF and SVG, the same bytes for the same figure."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ..errors import ReconError
from .atomic import write_atomically
from .companions import plan_companions
from .elsewhere import elsewhere

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.typing import RcKeyType

DPI = 300
ENDING = "_figure"
_UNDATED: dict[str, dict[str, Any]] = {
    ".png": {},
    ".pdf": {"CreationDate": None},
    ".svg": {"Date": None},
}
"""Metadata by suffix: a date would change the bytes from run to run."""


def check_figure_suffix(path: Path) -> None:
    """Load Matplotlib, and raise a ReconError when no figure format belongs to the suffix."""
    if path.suffix.lower() not in _UNDATED:
        raise ReconError(f"cannot write {path}: its name has to end in {', '.join(_UNDATED)}", 2)
    load_matplotlib()


def load_matplotlib() -> None:
    """Load Matplotlib: it has to be done away from the current folder, and before threads read files."""
    with elsewhere():
        importlib.import_module("matplotlib")


def plan_figures(results: Sequence[Path | None], figure: str | None) -> list[Path | None]:
    """Return where the figure of each result goes; nothing is looked at but the names.

    Args:
        results: the results' files; None is standard output.
        figure: what the user asked for: a file, for one result, or a suffix as `.pdf`, for a file
            `<result>_figure.pdf` beside each; with None, there are none.

    Raises:
        ReconError: when no format belongs to the suffix, or several figures were to go to one file.
    """
    if figure is None:
        return [None] * len(results)
    check_figure_suffix(Path("figure" + figure if figure in _UNDATED else figure))
    return plan_companions(results, figure, "--figure", ENDING, _UNDATED)


def write_figure(path: Path, figure: Figure) -> None:
    """Write a figure in the format of the path's suffix, whole or not at all.

    PNG has 300 dots an inch, PDF embeds its fonts as TrueType, SVG keeps text as text.

    Args:
        path: ends in .png, .pdf or .svg.
        figure: what is written; its size in inches is that of the print.

    Raises:
        ReconError: when the suffix is unknown or the place cannot be written.
    """
    import matplotlib

    check_figure_suffix(path)
    suffix = path.suffix.lower()
    settings: dict[RcKeyType, Any] = {"pdf.fonttype": 42, "svg.fonttype": "none", "svg.hashsalt": "recon"}

    def save(file: IO[bytes]) -> None:
        figure.savefig(file, format=suffix[1:], dpi=DPI, metadata=_UNDATED[suffix])

    with matplotlib.rc_context(settings):
        write_atomically(path, save)
