"""Trajectories: what unit they are in, and what image they resolve."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError

_LEAST = 8
"""Pixels along a side of an image, at least."""
_ROUNDED = 0.01
"""Cycles by which a reach may exceed half of the pixels, as rounding makes it."""
_ALIKE = 0.8
"""Reach along one axis, relative to the other, from which on both are meant to be the same."""
_STEP = 1.5
"""Cycles per field of view between samples of a readout, at most: more would fold the image."""
_HALF = 0.48
"""Reach beyond which the unit is rather cycles per pixel than per millimetre; spokes may end earlier."""
_RADIANS = 0.02
"""How near the farthest sample may come to pi, relative to it, where the unit is cycles per field of view."""


def matrix_of(coordinates: NDArray[np.float32], name: str) -> tuple[int, int]:
    """Return rows and columns of the image that a trajectory resolves: twice the farthest sample.

    Args:
        coordinates: `(..., samples, 2)`, in cycles per field of view.
        name: where they come from.

    Raises:
        ReconError: when they are in other units.
    """
    check_units(coordinates, name)
    # halves of the pixels: a grid reaches from -n / 2, spokes may end half a sample earlier
    reaches = np.abs(coordinates).reshape(-1, 2).max(0)
    if reaches.min() > _ALIKE * reaches.max():  # few spokes need not go along both axes
        reaches[:] = reaches.max()
    rows, columns = (max(2 * math.ceil(float(reach) - _ROUNDED), _LEAST) for reach in reaches)
    return rows, columns


def check_units(coordinates: NDArray[np.float32], name: str) -> None:
    """Raise a ReconError when a trajectory is hardly in cycles per field of view.

    Args:
        coordinates: `(..., readouts, samples, 2)`.
        name: where they come from.
    """
    reach = float(np.abs(coordinates).max())
    # along readouts, whichever axis that is
    step = min(
        float(np.median(np.linalg.norm(np.diff(coordinates, axis=axis), axis=-1))) for axis in (-2, -3)
    )
    if reach <= 0.5 * (1 + 1e-3):
        # half a cycle is reached per pixel, or per millimetre where pixels measure just that
        likely = ("pixel", "millimetre")[:: 1 if reach > _HALF else -1]
        mends = {"pixel": "the number of pixels of a side", "millimetre": "the field of view in mm"}
        found = f"cycles per {likely[0]} or per {likely[1]}"
        mend = f"multiply it by {mends[likely[0]]}, or by {mends[likely[1]]}"
    elif abs(reach / math.pi - 1) < _RADIANS:
        found, mend = (
            "radians per pixel",
            "divide it by 2 pi and multiply it by the number of pixels of a side",
        )
    elif reach < _LEAST / 2:
        found, mend = "cycles per centimetre or millimetre", "multiply it by the field of view"
    elif step > _STEP:
        found, mend = "cycles per metre", "multiply it by the field of view in metres"
    else:
        return
    raise ReconError(
        f"{name} reaches {reach:.3g} at steps of {step:.2g}, as a trajectory in {found} does; cycles per "
        f"field of view are needed: {mend}"
    )
