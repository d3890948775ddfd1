"""An object whose line integrals are known."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_SIZES, _TURN, _MIDDLE = (20.3, 11.7), 0.4, (3.3, -5.6)
_PARTS = (np.arange(16) + 0.5) / 16 - 0.5


def ellipse(side: int) -> NDArray[np.float32]:
    """Return the share of each pixel that lies in an ellipse, `(side, side)`; rows go down."""
    along = ((np.arange(side) - (side - 1) / 2)[:, None] + _PARTS).ravel()
    x, y = along[None] - _MIDDLE[0], -along[:, None] - _MIDDLE[1]
    u, v = x * np.cos(_TURN) + y * np.sin(_TURN), y * np.cos(_TURN) - x * np.sin(_TURN)
    inside = (u / _SIZES[0]) ** 2 + (v / _SIZES[1]) ** 2 < 1
    shares: NDArray[Any] = inside.reshape(side, 16, side, 16).mean((1, 3))
    return shares.astype(np.float32)


def projected(side: int, degrees: NDArray[np.float64], axis: float | None = None) -> NDArray[np.float32]:
    """Return the exact line integrals of the ellipse, averaged over bins, `(angles, side)`.

    Args:
        side: bins.
        degrees: angles, counterclockwise.
        axis: bin of the middle of the image.
    """
    turned = np.deg2rad(degrees)[:, None, None]
    place = (np.arange(side) - ((side - 1) / 2 if axis is None else axis))[:, None] + _PARTS
    off = place - _MIDDLE[0] * np.cos(turned) - _MIDDLE[1] * np.sin(turned)
    width = np.hypot(_SIZES[0] * np.cos(turned - _TURN), _SIZES[1] * np.sin(turned - _TURN))
    chords = 2 * _SIZES[0] * _SIZES[1] * np.sqrt(np.maximum(width**2 - off**2, 0)) / width**2
    return chords.mean(-1).astype(np.float32)
