"""The atoms of a dictionary as a figure for print: a labelled grid, the spectrum of D, and the usage."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from ..errors import ReconError
from .atoms_maps import draw_maps, maps_height

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.typing import RcKeyType
    from numpy.typing import NDArray

    from ..workflows.show_atoms import AtomsView, Usage

MAX_ATOMS = 1024
MAX_SIZE = 120
_BLUE, _VERMILLION, _GREY = "#0072B2", "#D55E00", "#555555"
"""Of the palette of Okabe and Ito, which colour-blind readers can tell apart."""

_STYLE: dict[RcKeyType, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 7,
    "axes.labelsize": 7,
    "axes.titlesize": 7.5,
    "axes.titlelocation": "left",
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "ytick.minor.size": 1.5,
    "ytick.minor.width": 0.4,
}

# Lengths in dots, 300 an inch: an atom's pixels fall on whole dots; 16 columns make a page 7.16 inches wide.
_INCH = 300
_COLUMNS = 16
_TILE = 120
_PITCH = _TILE + 12
_LABEL = 34
_ROW_GAP = 12
_MARGIN = 24
_HEADER = 160
_ABOVE_PANELS = 130
_PANEL = 400
_BELOW_PANELS = 110
_AXIS = 130
"""Room for the numbers and the name of a vertical axis."""


def atoms_figure(view: AtomsView) -> Figure:
    """Draw the atoms, each on a symmetric grey scale of its own with mid-grey for zero.

    The labels are the atoms' numbers in the file, counted from 1, whatever the order.

    Args:
        view: the dictionary and what was measured.

    Returns:
        The figure, 7.16 inches wide up to 256 atoms; nothing is written.

    Raises:
        ReconError: when the atoms are too many or too large to be legible.
    """
    size, count = view.dictionary.patch_size, len(view.order)
    if count > MAX_ATOMS or size > MAX_SIZE:
        raise ReconError(
            f"a figure shows at most {MAX_ATOMS} atoms of at most {MAX_SIZE} x {MAX_SIZE} pixels; "
            f"{view.dictionary.name} has {count} of {size} x {size}"
        )
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # the figure shall not depend on the user's settings
        matplotlib.rcParams.update(_STYLE)
        return _draw(view)


def _draw(view: AtomsView) -> Figure:
    count, size = len(view.order), view.dictionary.patch_size
    columns = max(_COLUMNS, math.isqrt(count - 1) + 1)
    row_height = _LABEL + _side(size) + _ROW_GAP
    places = [divmod(rank, columns) for rank in range(count)]
    corners = [(row * row_height + _LABEL, column * _PITCH) for row, column in places]
    grid_height = corners[-1][0] + _side(size)
    grid_width = columns * _PITCH - (_PITCH - _TILE)
    width = grid_width + 2 * _MARGIN
    below = 0 if view.weights is None else maps_height(view.weights, width)
    height = _HEADER + grid_height + _ABOVE_PANELS + _PANEL + _BELOW_PANELS + below
    figure = Figure(figsize=(width / _INCH, height / _INCH), dpi=_INCH, facecolor="white")

    def axes(left: float, top: float, wide: float, high: float) -> Axes:
        return figure.add_axes((left / width, 1 - (top + high) / height, wide / width, high / height))

    _write_header(figure, view, _MARGIN / width, height)
    canvas = np.full((grid_height, grid_width), 255, np.uint8)
    _draw_grid(axes(_MARGIN, _HEADER, grid_width, grid_height), view, canvas, corners)
    top = _HEADER + grid_height + _ABOVE_PANELS
    spectrum_width = 0.31 * width
    left = _MARGIN + spectrum_width + 2 * _AXIS
    rest = width - _MARGIN - left
    _draw_spectrum(axes(_MARGIN + _AXIS, top, spectrum_width, _PANEL), view)
    if view.usage is None:
        _draw_property(axes(left, top, rest, _PANEL), view)
    else:
        half = 0.45 * _PANEL
        upper, lower = axes(left, top, rest, half), axes(left, top + _PANEL - half, rest, half)
        _draw_usage(upper, lower, view, view.usage)
        figure.align_ylabels([upper, lower])
    if view.weights is not None:
        draw_maps(axes, view.weights, top + _PANEL + _BELOW_PANELS, width)
    return figure


def _side(size: int) -> int:
    """Return the printed side of an atom: the most whole dots a pixel that fit a tile."""
    return _TILE // size * size


def _write_header(figure: Figure, view: AtomsView, left: float, height: float) -> None:
    dictionary = view.dictionary
    size = dictionary.patch_size
    facts = (
        f"$\\sigma$ = {dictionary.sigma:.4g}, {dictionary.variant}, "
        f"{len(view.order)} atoms of {size} \N{MULTIPLICATION SIGN} {size} pixels"
    )
    order = "most used first" if view.sort == "usage" else f"lowest {view.sort} first"
    shown = "number in the file"
    if view.sort == "penalty":
        shown += " (black) and penalty relative to $\\lambda$ (blue)"
    elif view.usage is not None:
        shown += " (black) and share of the patches that use it, in % (blue)"
    figure.text(left, 1 - 50 / height, dictionary.name, size=9, weight="bold", parse_math=False)
    figure.text(left, 1 - 88 / height, facts, color=_GREY)
    figure.text(left, 1 - 140 / height, f"(a) Atoms, {order}: {shown}", size=7.5)


def _draw_grid(
    axes: Axes, view: AtomsView, canvas: NDArray[np.uint8], corners: list[tuple[int, int]]
) -> None:
    side = _side(view.dictionary.patch_size)
    dots = side // view.dictionary.patch_size
    for tile, (top, left) in zip(view.tiles(), corners, strict=True):
        grey = np.rint(127.5 + 127.5 * tile).astype(np.uint8)
        canvas[top : top + side, left : left + side] = grey.repeat(dots, 0).repeat(dots, 1)
    height, width = canvas.shape
    colours = canvas[..., None].repeat(3, 2)
    axes.imshow(colours, interpolation="nearest", aspect="auto", extent=(0, width, height, 0))
    axes.set_axis_off()
    for atom, (top, left) in zip(view.order, corners, strict=True):
        axes.text(left, top - 8, str(atom + 1), size=6.5)
        if label := _blue_label(view, atom):
            axes.text(left + _TILE, top - 8, label, size=6.5, ha="right", color=_BLUE)


def _blue_label(view: AtomsView, atom: int) -> str:
    if view.sort == "penalty" and view.penalties is not None:
        return f"{view.penalties[atom]:.2f}"
    return "" if view.usage is None else _percent(view.usage.share[atom])


def _percent(share: float) -> str:
    percent = 100 * share
    return f"{percent:.0f}" if percent >= 9.95 or percent == 0 else f"{percent:.1f}"


def _draw_spectrum(axes: Axes, view: AtomsView) -> None:
    values = view.singular_values
    axes.plot(np.arange(1, len(values) + 1), values, "o-", color=_BLUE, markersize=1.8, linewidth=0.8)
    axes.set_yscale("log")
    least = max(values[-1], 1e-8 * values[0])  # a dependent atom's zero is no number of a log axis
    axes.set_ylim(min(10.0 ** math.floor(math.log10(least)), 0.8 * least), 1.3 * values[0])
    axes.yaxis.set_minor_formatter("")
    axes.locator_params(axis="x", integer=True)
    axes.set_xlim(0, len(values) + 1)
    axes.set_xlabel("index")
    axes.set_ylabel("singular value")
    axes.set_title("(b) Spectrum of D")
    axes.grid(axis="y", color="0.9", linewidth=0.5)
    axes.set_axisbelow(True)


def _draw_usage(upper: Axes, lower: Axes, view: AtomsView, usage: Usage) -> None:
    _draw_bars(upper, 100 * usage.share[view.order], _BLUE, "patches (%)")
    _draw_bars(lower, usage.magnitude[view.order], _VERMILLION, "mean |code|")
    upper.tick_params(labelbottom=False)
    upper.set_title(f"(c) Usage, {usage.patches:,} patches coded with lam = {usage.lam:g}")
    lower.set_xlabel(f"atom, as in (a) by {view.sort}")


def _draw_property(axes: Axes, view: AtomsView) -> None:
    if view.sort == "penalty" and view.penalties is not None:
        _draw_bars(axes, view.penalties[view.order], _BLUE, "relative penalty")
        axes.set_title("(c) Penalty of the atoms, relative to $\\lambda$")
    else:
        _draw_bars(axes, view.frequencies[view.order], _BLUE, "cycles per pixel")
        axes.set_title("(c) Spatial frequency: centroid of the power spectrum")
    axes.set_xlabel(f"atom, as in (a) by {view.sort}")


def _draw_bars(axes: Axes, heights: NDArray[np.float64], colour: str, name: str) -> None:
    axes.bar(np.arange(1, len(heights) + 1), heights, width=0.75, color=colour, linewidth=0)
    axes.set_xlim(0.25, len(heights) + 0.75)
    axes.set_ylabel(name)
    axes.locator_params(axis="y", nbins=4)
    axes.locator_params(axis="x", integer=True)
    axes.grid(axis="y", color="0.9", linewidth=0.5)
    axes.set_axisbelow(True)
