"""Reconstructions side by side, with their differences from the truth below, for print."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.figure import Figure

from ..quality.metrics import psnr
from .panels import GREY_LEVELS, add_scale, figure_style, largest_difference, show, show_difference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_WIDTH = 1.75
_LINE, _LETTERS = 0.16, 20
"""Height of a title's line in inches, and the letters that a panel has room for."""
_BAR = 0.25
_FLATTEST, _LONGEST = 0.6, 4
"""Ratio of the sides of a panel at least and at most: of other images some of it stays free."""


class Panel(NamedTuple):
    """An image.

    Attributes:
        title: above it.
        image: `(height, width)`.
    """

    title: str
    image: NDArray[np.float32]


def comparison_figure(clean: NDArray[np.float32], panels: Sequence[Panel]) -> Figure:
    """Draw images in a row with their PSNR, and their differences from the truth below on one scale.

    Args:
        clean: the truth, `(height, width)` in [0, 1]; it is the first panel.
        panels: of the same shape.

    Returns:
        The figure; differences are in 8-bit grey levels.
    """
    shape = min(max(clean.shape[0] / clean.shape[1], _FLATTEST), _LONGEST)
    count = len(panels) + 1
    differences = [255 * (panel.image.clip(0, 1) - clean) for panel in panels]
    # what is compared decides the scale, not the first one, that of the data
    limit = largest_difference(np.stack(differences[1:] or differences))
    titles = [f"{_in_lines(panel.title)}\n{psnr(panel.image, clean):.2f} dB" for panel in panels]
    lines = 1 + max(title.count("\n") for title in titles)
    with figure_style():
        height = 2 * _WIDTH * shape + lines * _LINE + _BAR
        figure = Figure((_WIDTH * count, height), layout="constrained")
        axes = figure.subplots(2, count, squeeze=False)
        show(axes[0, 0], "truth", clean, cmap="gray", vmin=0, vmax=1)
        axes[1, 0].set_axis_off()
        for column, (panel, title, difference) in enumerate(
            zip(panels, titles, differences, strict=True), start=1
        ):
            show(axes[0, column], title, panel.image, cmap="gray", vmin=0, vmax=1)
            drawn = show_difference(axes[1, column], "", difference, limit)
        axes[1, 0].text(
            0.5,
            0.5,
            "differences\nfrom the truth",
            ha="center",
            va="center",
            transform=axes[1, 0].transAxes,
        )
        add_scale(axes[1, 0], drawn, GREY_LEVELS)
    return figure


def _in_lines(title: str) -> str:
    """Break a title, before its bracket and where a line is full."""
    return "\n".join(fill(part, _LETTERS) for part in title.replace(" (", "\n(").splitlines())
