"""The place of an image with most detail, enlarged in the corner where that hides least."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

Place = tuple[slice, slice]
_SMALLEST, _LARGEST = 12, 96
_SHARE = 0.4
"""Side of the inset relative to the shorter side of the image."""
_FRAME, _AROUND = "#D55E00", "black"
"""Of the frames, and of the thin lines on both sides of them, which tell them from pixels of their colour."""


class Inset(NamedTuple):
    """What is enlarged, and where.

    Attributes:
        place: of the detail, in pixels.
        left: whether the inset stands at the left edge.
        top: whether it stands at the upper edge.
        shape: height and width of the image.
    """

    place: Place
    left: bool
    top: bool
    shape: tuple[int, int]


def choose_inset(image: NDArray[np.float32]) -> Inset:
    """Return the square place whose neighbouring pixels differ most, and the corner that shows least.

    A corner over the place itself is taken only where all four are.

    Args:
        image: `(channels, height, width)`.
    """
    height, width = image.shape[1:]
    side = min(max(min(height, width) // 6, _SMALLEST), _LARGEST, height, width)
    starts = itertools.product(_starts(height, side), _starts(width, side))
    places = [(slice(row, row + side), slice(col, col + side)) for row, col in starts]
    place = max(places, key=lambda each: _variation(image[:, *each]))
    corners = [(left, top) for left in (True, False) for top in (True, False)]

    def hidden(corner: tuple[bool, bool]) -> tuple[float, float]:
        covered = _corner(*corner, height, width)
        shared = [_shared(one, other) for one, other in zip(covered, place, strict=True)]
        return float(shared[0] * shared[1]), _variation(image[:, *covered])

    left, top = min(corners, key=hidden)
    return Inset(place, left, top, (height, width))


def enlarge(
    axis: Axes,
    part: NDArray[np.float32],
    inset: Inset,
    paint: Callable[[Axes, str, NDArray[Any]], object],
) -> None:
    """Draw a part of an image in its corner, and a frame about both; not in one too small to enlarge a part.

    Args:
        axis: shows the image.
        part: `(side, side)`, or `(side, side, 3)`.
        inset: what it is, and where it goes.
        paint: draws with the scale of the image.
    """
    height, width = inset.shape
    side = _SHARE * min(height, width)
    if side <= len(part):
        return
    high, wide = side / height, side / width
    corner = (0 if inset.left else 1 - wide, 1 - high if inset.top else 0, wide, high)
    drawn = axis.inset_axes(corner)
    paint(drawn, "", part)
    rows, columns = inset.place
    start = columns.start / width, 1 - rows.stop / height
    size = (columns.stop - columns.start) / width, (rows.stop - rows.start) / height
    for colour, line in ((_AROUND, 1.6), (_FRAME, 0.8)):
        frame: dict[str, Any] = {"fill": False, "edgecolor": colour, "linewidth": line, "clip_on": False}
        drawn.add_patch(Rectangle((0, 0), 1, 1, transform=drawn.transAxes, **frame))
        axis.add_patch(Rectangle(start, *size, transform=axis.transAxes, **frame))


def _corner(left: bool, top: bool, height: int, width: int) -> Place:
    side = round(_SHARE * min(height, width))
    rows = slice(0, side) if top else slice(height - side, height)
    return rows, slice(0, side) if left else slice(width - side, width)


def _shared(one: slice, other: slice) -> int:
    return max(0, min(one.stop, other.stop) - max(one.start, other.start))


def _starts(length: int, side: int) -> list[int]:
    return [*range(0, length - side, max(side // 2, 1)), length - side]


def _variation(part: NDArray[np.float32]) -> float:
    return float(np.abs(np.diff(part, axis=1)).sum() + np.abs(np.diff(part, axis=2)).sum())
