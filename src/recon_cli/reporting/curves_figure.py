"""PSNR against the objective along solvers' iterations, for print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from .panels import figure_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..workflows.benchmark.curves import Curve

_STYLES = (("#D55E00", "-", "o"), ("#0072B2", "--", "s"), ("#009E73", "-.", "^"))
"""Colours of Okabe and Ito, which the colour-blind tell apart, with other lines and marks besides."""
_MARKED = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
"""Iterations that have a mark."""


def curves_figure(curves: Sequence[Curve], title: str) -> Figure:
    """Draw the curves.

    J is drawn as its relative distance from the least value that any solver reached, falling from left to
    right, in logarithms.

    Args:
        curves: three at most.
        title: above the axes.

    Returns:
        The figure, as wide as a column.
    """
    least = min(min(curve.objectives) for curve in curves)
    with figure_style():
        figure = Figure((3.5, 2.8), layout="constrained")
        axes = figure.subplots()
        for curve, (colour, line, mark) in zip(curves, _STYLES, strict=False):
            excess = np.array(curve.objectives) / least - 1
            shown = np.flatnonzero(excess > 0)
            marked = [int(np.searchsorted(shown, n - 1)) for n in _MARKED if n - 1 in shown]
            axes.plot(
                excess[shown],
                np.array(curve.psnrs)[shown],
                line,
                color=colour,
                marker=mark,
                markevery=marked,
                markersize=4,
                linewidth=1.2,
                label=f"{curve.name} ({len(curve.objectives)} iterations)",
            )
        axes.set_xscale("log")
        axes.invert_xaxis()
        axes.set_xlabel("objective above its minimum, relative")
        axes.set_ylabel("PSNR (dB)")
        axes.set_title(f"{title}\nmarks at iterations 1, 2, 5, 10, 20, 50, ...", fontsize=7)
        axes.grid(alpha=0.3, linewidth=0.5)
        axes.legend(fontsize=7, handlelength=3)
    return figure
