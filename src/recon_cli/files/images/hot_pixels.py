"""Hot and dead pixels: those so far from all that is around them that no image explains them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_REACH = 3
"""Pixels around one, on every side, that say what is usual there."""
_OUTLIER = 7.0
"""Deviations, in standard ones of what is around, from which on a pixel is looked at."""
_SHARE = 0.3
"""Part of its deviation that neighbours have at least where there is something to see: those beside the
middle of a point blurred with a sigma of one pixel have 0.6 of it."""
_ALONE = 2.0
"""How many times the largest deviation around a pixel its own is, where there are edges."""
_TOGETHER = 2
"""Pixels next to each other that may be broken."""
_MOST = 1 << 16
"""Pixels that are looked at, of a plane."""
_SIGMA = 1.4826
"""Standard deviation of Gaussian noise over its median absolute deviation."""


def find_hot_pixels(plane: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which pixels of a plane are hot or dead.

    Such a pixel is far brighter, or darker, than all around it, alone or with one neighbour. A star or a bead
    is not: the optics have blurred it, so that its neighbours deviate likewise. Of points that are blurred by
    less than a sigma of 0.7 pixels, a single pixel may be all there is; they cannot be told apart.

    Args:
        plane: `(height, width)`; values that are not finite are not found.
    """
    values = np.asarray(plane, np.float64)
    finite = np.isfinite(values)
    usual = float(np.median(values[finite])) if finite.any() else 0.0
    values = np.where(finite, values, usual)
    return (_hot(values) | _hot(-values)) & finite


def _hot(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    from scipy.ndimage import median_filter

    away = values - median_filter(values, footprint=_ring(), mode="mirror")
    rest = np.abs(away[away != 0])
    found = np.zeros(values.shape, np.bool_)
    if not rest.size:
        return found
    scale = _SIGMA * float(np.median(rest))
    places = np.argwhere(away > _OUTLIER * scale)
    if len(places) > _MOST:
        return found
    for place, *windows in zip(places, _around(away, places), _around(values, places), strict=True):
        found[tuple(place)] = _stands_alone(windows[0]) and not _is_point(windows[1])
    return found


def _around(values: NDArray[np.float64], places: NDArray[np.intp]) -> NDArray[np.float64]:
    wide, side = np.pad(values, _REACH, mode="reflect"), 2 * _REACH + 1
    windows = np.lib.stride_tricks.sliding_window_view(wide, (side, side))
    found: NDArray[np.float64] = windows[tuple(places.T)]
    return found


def _ring() -> NDArray[np.bool_]:
    """Return the border of 5x5 pixels."""
    ring = np.ones((5, 5), np.bool_)
    ring[1:-1, 1:-1] = False
    return ring


def _stands_alone(window: NDArray[np.float64]) -> bool:
    """Return whether the middle of a window of deviations deviates with at most one neighbour."""
    from scipy.ndimage import label

    own = window[_REACH, _REACH]
    alike, _ = label(window > _SHARE * own, np.ones((3, 3)))
    group = alike == alike[_REACH, _REACH]
    if group.sum() > _TOGETHER:
        return False
    around = window[~group]
    spread = _SIGMA * float(np.median(np.abs(around - np.median(around))))
    return bool(own > min(_OUTLIER * spread, _ALONE * float(around.max())))


def _is_point(window: NDArray[np.float64]) -> bool:
    """Return whether most neighbours of the middle of a window are above what is usual in it likewise."""
    above = window - np.median(window)
    middle = slice(_REACH - 1, _REACH + 2)
    beside = np.delete(above[middle, middle].ravel(), 4)
    return bool(np.median(beside) > _SHARE * above[_REACH, _REACH])
