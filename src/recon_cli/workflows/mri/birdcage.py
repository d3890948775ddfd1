"""Maps of coils that stand around the field of view."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_DISTANCE = 1.7
"""Of the coils from the middle, in halves of the field of view."""


def birdcage(coils: int, shape: tuple[int, int]) -> NDArray[np.complex128]:
    """Return maps of coils on a circle, each sensitive near itself, their squares summing to 1.

    Args:
        coils: how many.
        shape: height and width.

    Returns:
        `(coils, height, width)`.
    """
    y, x = (np.linspace(-1, 1, length) for length in shape)
    angle = 2 * np.pi * np.arange(coils)[:, None, None] / coils
    dx, dy = x - _DISTANCE * np.cos(angle), y[:, None] - _DISTANCE * np.sin(angle)
    maps = np.exp(1j * (np.arctan2(dx, -dy) - angle)) / np.hypot(dx, dy)
    return np.asarray(maps / np.sqrt((np.abs(maps) ** 2).sum(0)))
