"""Figures: PNG, PDF and SVG, the same bytes for the same figure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ReconError
from .atomic import write_atomically

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.typing import RcKeyType

DPI = 300
_UNDATED: dict[str, dict[str, Any]] = {
    ".png": {},
    ".pdf": {"CreationDate": None},
    ".svg": {"Date": None},
}
"""Metadata by suffix: a date would change the bytes from run to run."""


def check_figure_suffix(path: Path) -> None:
    """Raise a ReconError when no figure format belongs to the suffix."""
    if path.suffix.lower() not in _UNDATED:
        raise ReconError(f"cannot write {path}: its name has to end in {', '.join(_UNDATED)}", 2)


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

    def save(place: Path) -> None:
        figure.savefig(place, format=suffix[1:], dpi=DPI, metadata=_UNDATED[suffix])

    with matplotlib.rc_context(settings):
        write_atomically(path, save)
