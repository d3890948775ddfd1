"""Where images lie in the scanner, from the headers of readouts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_EVEN = 1e-3
"""How far steps between slices may differ, relative to them."""
_UNIT = 1e-2
"""How far directions may be from unit length, and from right angles to each other."""
_TO_RAS = np.array([-1.0, -1.0, 1.0])
"""The standard, as DICOM, counts towards left and posterior, NIfTI towards right and anterior."""


@dataclass(frozen=True)
class Placement:
    """Where slices lie, as `stack_of` finds it.

    Attributes:
        order: of the slices along their stack.
        centre: of the field of view of the first of them, or of the volume, in mm.
        directions: of columns, rows and slices, one in each column, `(3, 3)`.
        step: from slice to slice, `(3,)`, or None of a single one.
    """

    order: NDArray[np.int_]
    centre: NDArray[np.float64]
    directions: NDArray[np.float64]
    step: NDArray[np.float64] | None


def stack_of(positions: NDArray[np.floating], directions: NDArray[np.floating]) -> Placement | None:
    """Return how slices are stacked, or None where headers say nothing or no stack.

    Args:
        positions: the centre of each slice, `(slices, 3)`.
        directions: of reading, phase and slice, of each, `(slices, 3, 3)`, one in each row.
    """
    centres, unit = np.asarray(positions, np.float64), np.asarray(directions[0], np.float64)
    if not np.allclose(unit @ unit.T, np.eye(3), atol=_UNIT) or not np.isfinite(centres).all():
        return None
    if not np.allclose(directions, unit, atol=_UNIT):
        return None
    order = np.arange(len(centres))
    step = None
    if len(centres) > 1:
        if not _is_even(centres):
            order = np.argsort(centres @ unit[2], kind="stable")
        centres = centres[order]
        if not _is_even(centres):
            return None
        step = (centres[-1] - centres[0]) / (len(centres) - 1)
    return Placement(order, centres[0], unit.T, step)


def affine_of(
    placement: Placement, voxel: tuple[float, float, float], shape: tuple[int, int, int]
) -> NDArray[np.float64]:
    """Return the map from column, row and slice to right, anterior and superior, in mm, `(4, 4)`.

    Args:
        placement: of the slices, or of the volume.
        voxel: in mm, `(z, y, x)`.
        shape: `(slices, height, width)` of the images; of a stack whose first slice is named, one slice.
            The pixel `(height // 2, width // 2)` lies at the centre of the field of view.
    """
    steps = placement.directions * np.array(voxel[::-1])
    if placement.step is not None:
        steps[:, 2] = placement.step
    middle = np.array([shape[2] // 2, shape[1] // 2, shape[0] // 2])
    affine = np.eye(4)
    affine[:3, :3] = _TO_RAS[:, None] * steps
    affine[:3, 3] = _TO_RAS * (placement.centre - steps @ middle)
    return affine


def _is_even(centres: NDArray[np.float64]) -> bool:
    steps = np.diff(centres, axis=0)
    length = float(np.linalg.norm(steps[0]))
    return length > 0 and bool((np.linalg.norm(steps - steps[0], axis=1) <= _EVEN * max(length, 1)).all())
