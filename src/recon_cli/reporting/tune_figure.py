"""The criterion over the strengths of a prior: a heat map over two, a curve over one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from .log_axis import label_logarithms

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.typing import RcKeyType
    from numpy.typing import NDArray

    from ..workflows.tune.criteria import Criterion
    from ..workflows.tune.run import SearchResult

_STYLE: dict[RcKeyType, Any] = {"font.family": "DejaVu Sans", "font.size": 9, "axes.titlelocation": "left"}
_CELLS = 300
_SHOWN = 0.6
"""Share of the evaluations, the better ones, that the colours tell apart."""


def tune_figure(found: SearchResult, criterion: Criterion, title: str) -> Figure:
    """Draw all evaluations of a search, over two strengths as a map, over one as a curve.

    On the map a place has the colour of the nearest evaluation, in logarithms. The colours tell the better
    evaluations apart; worse ones all have the darkest.

    Args:
        found: what the search found.
        criterion: what was optimised.
        title: above the axes.

    Returns:
        The figure, 5 x 4 inches.
    """
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # the figure shall not depend on the user's settings
        matplotlib.rcParams.update(_STYLE)
        figure = Figure((5, 4), layout="constrained", facecolor="white")
        _draw(figure.add_subplot(), found, criterion, title)
    return figure


def _draw(axes: Axes, found: SearchResult, criterion: Criterion, title: str) -> None:
    every, names = found.evaluations, list(found.best.strengths.as_json())[:2]
    points = np.log10([[e.strengths.as_json()[name] for name in names] for e in every])
    values = np.array([e.value for e in every])
    axes.set(xscale="log", xlabel=names[0], title=title)
    if len(names) == 1:
        label_logarithms(axes.xaxis, float(np.ptp(points)))
        axes.set_ylabel(criterion.unit)
        order = np.argsort(points[:, 0])
        axes.plot(10 ** points[order, 0], values[order], color="#0072B2", zorder=0)
        heights = values
    else:
        _map(axes, points, values, criterion, names[1])
        heights = 10 ** points[:, 1]
    given_up = np.array([e.rejected for e in every])
    for chosen, marker, size, name in (
        (~given_up, "o", 12, "evaluated"),
        (given_up, "X", 16, "given up early"),
    ):
        if chosen.any():
            x, y = 10 ** points[chosen, 0], heights[chosen]
            axes.scatter(
                x, y, s=size, c="white", marker=marker, edgecolors="black", linewidths=0.5, label=name
            )
    best = [found.best.strengths.as_json()[name] for name in names]
    label = "best: " + ", ".join(f"{name} {value:.3g}" for name, value in zip(names, best, strict=True))
    x, y = (*best, found.best.value)[:2]
    axes.scatter([x], [y], s=130, c="#D55E00", marker="*", edgecolors="white", zorder=3, label=label)
    axes.figure.legend(loc="outside lower center", ncols=3, fontsize=7.5, frameon=False)


def _map(
    axes: Axes, points: NDArray[np.float64], values: NDArray[np.float64], criterion: Criterion, name: str
) -> None:
    edges = [_edges(points[:, axis]) for axis in (0, 1)]
    middles = [(edge[1:] + edge[:-1]) / 2 for edge in edges]
    nearest = _nearest(points, *middles)
    axes.set(yscale="log", ylabel=name)
    for axis, edge in zip((axes.xaxis, axes.yaxis), edges, strict=True):
        label_logarithms(axis, float(edge[-1] - edge[0]))
    drawn = axes.pcolormesh(
        10 ** edges[0],
        10 ** edges[1],
        values[nearest].T,
        cmap="cividis" if criterion.larger else "cividis_r",
        norm=_norm(values, criterion),
        rasterized=True,
    )
    bar = axes.figure.colorbar(drawn, ax=axes, extend="min" if criterion.larger else "max")
    bar.set_label(criterion.unit)


def _edges(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return equal steps that reach half a spacing beyond the values."""
    distinct = np.unique(logs)
    spacing = float(np.diff(distinct).max()) if len(distinct) > 1 else 0.2
    return np.linspace(distinct[0] - spacing / 2, distinct[-1] + spacing / 2, _CELLS + 1)


def _nearest(
    points: NDArray[np.float64], firsts: NDArray[np.float64], seconds: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Return which point is nearest to each place, `(firsts, seconds)`."""
    least = np.full((len(firsts), len(seconds)), np.inf)
    nearest = np.zeros(least.shape, np.intp)
    for index, (first, second) in enumerate(points):
        distance = (firsts[:, None] - first) ** 2 + (seconds - second) ** 2
        closer = distance < least
        least[closer], nearest[closer] = distance[closer], index
    return nearest


def _norm(values: NDArray[np.float64], criterion: Criterion) -> Normalize:
    if criterion.larger:
        return Normalize(float(np.quantile(values, 1 - _SHOWN)), float(values.max()))
    return Normalize(float(values.min()), float(np.quantile(values, _SHOWN)))
