"""Projections that a scan would have of slices that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from .scan import ParallelScan

if TYPE_CHECKING:
    from collections.abc import Sequence


class Simulated(NamedTuple):
    """Projections with noise.

    Attributes:
        values: `(slices, angles, bins)`.
        sigma: level of the noise, in their units.
    """

    values: NDArray[np.float32]
    sigma: float


def simulate_scan(
    slices: NDArray[np.float32],
    angles: Sequence[float],
    noise: float,
    center: float | None = None,
    seed: int = 0,
) -> Simulated:
    """Return the projections of slices, on a detector as wide as their longer side.

    What lies outside the disc that is seen from every angle is taken for 0.

    Args:
        slices: `(slices, height, width)`, put into the middle of a square.
        angles: in degrees.
        noise: level of the added white noise, as a share of the largest line integral.
        center: column of the axis; None is the middle.
        seed: of the noise.
    """
    squares = in_square(slices, center)
    count, bins, _ = squares.shape
    scan = ParallelScan(angles=tuple(angles), bins=bins, axis=(bins - 1) / 2 if center is None else center)
    images = np.zeros((count, *scan.beams.image_shape), np.float32)
    images[:, *scan.place((0, 0))] = squares
    exact = np.concatenate([scan.beams.forward(torch.from_numpy(image)[None]).numpy() for image in images])
    sigma = noise * float(exact.max())
    rng = np.random.default_rng(seed)
    return Simulated((exact + sigma * rng.standard_normal(exact.shape)).astype(np.float32), sigma)


def in_square(slices: NDArray[np.float32], center: float | None = None) -> NDArray[np.float32]:
    """Return slices in the middle of a square, 0 outside the disc that is seen from every angle.

    Args:
        slices: `(slices, height, width)`.
        center: column of the axis; None is the middle.
    """
    count, height, width = slices.shape
    side = max(height, width)
    top, left = (side - height) // 2, (side - width) // 2
    squares = np.zeros((count, side, side), np.float32)
    squares[:, top : top + height, left : left + width] = slices
    scan = ParallelScan(angles=(), bins=side, axis=(side - 1) / 2 if center is None else center)
    squares *= scan.field
    return squares
