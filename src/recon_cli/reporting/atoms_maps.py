"""Maps of the weights of a dictionary's penalties on an image, below its atoms."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..workflows.atom_weights import AtomWeights

ATOMS = 4
"""Of which a map is drawn."""
_MARGIN, _GAP = 24, 24
_TITLE, _BELOW, _BAR, _NUMBERS = 110, 60, 36, 150
"""Height of what is above and below the maps; width of the colour bar and of its numbers."""

Place = Callable[[float, float, float, float], "Axes"]
"""Takes left, top, width and height in dots of the figure."""


def maps_height(weights: AtomWeights, width: float) -> float:
    """Return the height of the maps and of what is above and below them, in dots.

    Args:
        weights: what is drawn.
        width: of the figure.
    """
    rows, columns = weights.image.shape
    return _TITLE + _side(width) * rows / columns + _BELOW


def draw_maps(place: Place, weights: AtomWeights, top: float, width: float) -> None:
    """Draw the image, the mean of the weights, and those of the atoms whose weights differ most.

    Args:
        place: makes axes.
        weights: what is drawn.
        top: of this part of the figure, in dots.
        width: of the figure, in dots.
    """
    rows, columns = weights.image.shape
    side, top = _side(width), top + _TITLE
    tall = side * rows / columns
    chosen = weights.most_varied(ATOMS)
    maps = [weights.mean, *weights.logarithms[chosen]]
    low, high = np.quantile(np.stack(maps), (0.005, 0.995))
    axes = [place(_MARGIN + i * (side + _GAP), top, side, tall) for i in range(len(maps) + 1)]
    axes[0].imshow(weights.image, cmap="gray", vmin=0, vmax=1, aspect="auto")
    extent = _extent(weights)
    for each, values in zip(axes[1:], maps, strict=True):
        shown = each.imshow(
            values, cmap="viridis", vmin=low, vmax=max(high, low + 0.01), extent=extent, aspect="auto"
        )
        each.set_xlim(-0.5, columns - 0.5)
        each.set_ylim(rows - 0.5, -0.5)
    names = ["image", "mean of all", *(f"atom {atom + 1}" for atom in chosen)]
    for each, name in zip(axes, names, strict=True):
        each.set_title(name, size=6.5, pad=3)
        each.set_axis_off()
    axes[0].text(
        0, 1 + 76 / tall, "(d) Weights of the penalties on the image: low where an atom is expected",
        transform=axes[0].transAxes, size=7.5,
    )  # fmt: skip
    bar = place(_MARGIN + len(axes) * (side + _GAP), top, _BAR, tall)
    axes[0].figure.colorbar(shown, cax=bar, label="weight, base-10 logarithm")


def _side(width: float) -> float:
    """Return the width of a map."""
    count = ATOMS + 2
    return (width - 2 * _MARGIN - count * _GAP - _BAR - _NUMBERS) / count


def _extent(weights: AtomWeights) -> tuple[float, float, float, float]:
    """Return the edges of a map in pixels of the image: left, right, bottom, top."""
    left, right, top, bottom = weights.reach
    _, rows, columns = weights.logarithms.shape
    across = (right - left) / max(columns - 1, 1) / 2
    down = (bottom - top) / max(rows - 1, 1) / 2
    return left - across, right + across, bottom + down, top - down
