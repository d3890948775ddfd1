"""The atoms of a dictionary on the terminal, in grey half blocks, or as a table where it shows no colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rich.color import Color
from rich.console import Console
from rich.segment import Segment, Segments
from rich.style import Style

from ..errors import printable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..workflows.show_atoms import AtomsView

_GAP = 2
_UPPER_HALF = "\N{UPPER HALF BLOCK}"


def print_atoms(view: AtomsView, console: Console | None = None) -> None:
    """Print a summary and as many atoms as fit the terminal; into a pipe, a table of all atoms.

    Args:
        view: the dictionary and what was measured.
        console: where; stdout when left out.
    """
    console = console or Console(highlight=False, emoji=False)
    _print_line(console, *(f"{name:<9} {text}" for name, text in _summary(view)), "")
    columns = _columns(view, console)
    if columns == 0:
        _print_line(console, *_table(view))
        return
    size = view.dictionary.patch_size
    lines_a_row = -(-size // 2) + 2  # label, half blocks, empty line
    rows = max(1, (console.height - 7) // lines_a_row)
    shown = min(len(view.order), rows * columns)
    tiles = view.tiles()
    for first in range(0, shown, columns):
        ranks = range(first, min(first + columns, shown))
        _print_line(console, "".join(_label(view, rank) for rank in ranks).rstrip())
        console.print(_half_blocks(tiles[ranks.start : ranks.stop]))
    if shown < len(view.order):
        _print_line(console, f"the first {shown} of {len(view.order)} atoms; -o atoms.png shows all")


def _print_line(console: Console, *lines: str) -> None:
    for line in lines:
        console.print(printable(line), markup=False, soft_wrap=True)


def _columns(view: AtomsView, console: Console) -> int:
    """Return how many atoms stand beside each other, 0 where the terminal cannot show any."""
    grey = console.is_terminal and console.color_system is not None and not console.no_color
    if not grey or not console.encoding.lower().startswith("utf"):
        return 0
    return (console.width + _GAP) // _pitch(view)


def _pitch(view: AtomsView) -> int:
    return max(view.dictionary.patch_size, 8) + _GAP


def _summary(view: AtomsView) -> list[tuple[str, str]]:
    dictionary, values = view.dictionary, view.singular_values
    size = dictionary.patch_size
    rows = [
        ("model", f"{dictionary.name}, sigma {dictionary.sigma:.4g}, {dictionary.variant}"),
        ("atoms", f"{len(view.order)} of {size} x {size} pixels, by {view.sort}"),
        (
            "spectrum",
            f"largest {values[0]:.3g}, median {np.median(values):.3g}, smallest {values[-1]:.3g}, "
            f"condition {view.condition:.3g}",
        ),
    ]
    if view.usage is not None:
        rows.append(("usage", f"{view.usage.patches:,} patches, lam {view.usage.lam:g}"))
    return rows


def _table(view: AtomsView) -> list[str]:
    """Return the atoms as lines of text; frequencies in cycles a pixel."""
    usage, penalties = view.usage, view.penalties
    head = "atom  frequency" + ("" if penalties is None else "  penalty")
    lines = [head + ("" if usage is None else "  patches %  mean |code|")]
    for atom in view.order:
        line = f"{atom + 1:4d}  {view.frequencies[atom]:9.4f}"
        if penalties is not None:
            line += f"  {penalties[atom]:7.3f}"
        if usage is not None:
            line += f"  {100 * usage.share[atom]:9.1f}  {usage.magnitude[atom]:11.4g}"
        lines.append(line)
    return lines


def _label(view: AtomsView, rank: int) -> str:
    atom = view.order[rank]
    text = f"{atom + 1}"
    if view.sort == "penalty" and view.penalties is not None:
        text += f" {view.penalties[atom]:.2f}"
    elif view.usage is not None:
        text += f" {100 * view.usage.share[atom]:.0f}%"
    return text.ljust(_pitch(view))


def _half_blocks(tiles: NDArray[np.float64]) -> Segments:
    """Return atoms side by side, two pixels of a column in a character, then an empty line."""
    grey = np.rint(127.5 + 127.5 * tiles).astype(int)
    count, size, _ = grey.shape
    gap = Segment(" " * (max(size, 8) + _GAP - size))
    segments = []
    for top in range(0, size, 2):
        for tile in range(count):
            for column in range(size):
                lower = _grey(grey[tile, top + 1, column]) if top + 1 < size else None
                segments.append(
                    Segment(_UPPER_HALF, Style(color=_grey(grey[tile, top, column]), bgcolor=lower))
                )
            segments.append(gap)
        segments[-1] = Segment.line()
    return Segments([*segments, Segment.line()])


def _grey(level: int) -> Color:
    return Color.from_rgb(level, level, level)
