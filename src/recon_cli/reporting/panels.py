"""What the figures of reconstructions share: panels in a row, and differences on a scale about zero."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, ScalarFormatter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

GREY_LEVELS = "grey levels of 255"
"""Unit of differences of pictures."""
_SIDE = 2.3
_TITLES = 0.35
_LONGEST = 4
"""Ratio of the sides of a panel at most; a longer image leaves some of it free."""


def figure_style() -> AbstractContextManager[None]:
    """Return a context in which figures have the same small font on every machine."""
    return matplotlib.rc_context({"font.family": "DejaVu Sans", "font.size": 8})


def rows_of_panels(shapes: Sequence[tuple[int, int]], count: int) -> tuple[Figure, NDArray[Any]]:
    """Return a figure and its axes, `(rows, count)`.

    Args:
        shapes: height and width in pixels of the images of each row.
        count: of the images in a row.
    """
    ratios = [min(max(height / width, 1 / _LONGEST), _LONGEST) for height, width in shapes]
    height = _SIDE * sum(ratios) + _TITLES * len(ratios)
    figure = Figure((_SIDE * count, height), layout="constrained")
    return figure, figure.subplots(len(ratios), count, squeeze=False, height_ratios=ratios)


def show(axis: Axes, title: str, picture: NDArray[Any], **style: Any) -> ScalarMappable:
    """Draw an image, pixel by pixel."""
    axis.set_title(title)
    axis.set_axis_off()
    return axis.imshow(picture, interpolation="nearest", **style)


def outline(axis: Axes) -> None:
    """Draw a thin frame around an image, whose white edge would not be seen on white."""
    axis.set_axis_on()
    axis.set(xticks=[], yticks=[])
    for spine in axis.spines.values():
        spine.set_linewidth(0.4)


def largest_difference(difference: NDArray[Any]) -> float:
    """Return the end of a scale for a difference: one of a thousand values lies beyond."""
    return float(np.quantile(np.abs(difference), 0.999)) or 1.0


def show_difference(axis: Axes, title: str, difference: NDArray[Any], limit: float) -> ScalarMappable:
    """Draw a difference on a scale that is symmetric about zero.

    Args:
        axis: where.
        title: above it.
        difference: `(height, width)`, or `(height, width, 3)`, of which each channel is drawn about grey.
        limit: the end of the scale.

    Returns:
        What `add_scale` takes.
    """
    if difference.ndim == 2:
        return show(axis, title, difference, vmin=-limit, vmax=limit, cmap="PuOr")
    show(axis, title, (0.5 + difference / (2 * limit)).clip(0, 1))
    return ScalarMappable(Normalize(-limit, limit), "gray")


def add_scale(axis: Axes, drawn: ScalarMappable, unit: str) -> None:
    """Put the scale of what was drawn, with its unit, below an axis, and lay the whole figure out."""
    assert isinstance(axis.figure, Figure)
    few, short = MaxNLocator(6), ScalarFormatter()  # others would touch
    short.set_powerlimits((-3, 4))
    bar = axis.figure.colorbar(
        drawn, ax=axis, location="bottom", shrink=0.8, pad=0.02, ticks=few, format=short
    )
    bar.ax.tick_params(labelsize=6)
    bar.ax.xaxis.get_offset_text().set_fontsize(6)
    bar.set_label(unit, size=6)
    axis.figure.draw_without_rendering()  # the layout settles in two passes, of which writing does one
