"""What of a scan is not known beforehand: its axis, its noise, and bins that err at every angle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from ...errors import ReconError

Values = NDArray[np.float32]
_DIFFERENCE = np.array([1.0, -4.0, 6.0, -4.0, 1.0])
REACH = 2
"""Bins on either side that a difference needs."""
_QUARTER, _OF_NORMAL = 0.25, 0.31864
"""A quantile of the magnitude of a normal variable of variance 1: edges of the object are in those above."""
_SAME, _FAINT = 0.01, 0.25
"""Spread of the mass over the angles, and line integrals at the ends of the detector over the largest one."""
_WIDEST = 9
"""Bins: wider features of the median over the angles, and its slopes, belong to the object."""


def find_axis(projections: Values, angles: Sequence[float]) -> float:
    """Return where the axis of rotation meets the detector, in bins from the first one.

    The centre of mass of a projection is that of the object, projected: it goes over the detector as a sine,
    about the axis.

    Args:
        projections: line integrals, `(slices, angles, bins)`, of an object that no projection cuts.
        angles: in degrees.

    Raises:
        ReconError: when that does not give an axis on the detector.
    """
    bins = projections.shape[-1]
    together = projections.sum(0, dtype=np.float64)
    mass = together.sum(1)
    turned = np.deg2rad(np.asarray(angles))
    columns = np.stack((np.ones_like(turned), np.cos(turned), np.sin(turned)), 1)
    if mass.min() > 0 and np.linalg.matrix_rank(columns, 1e-3) == columns.shape[1]:
        axis = float(np.linalg.lstsq(columns, together @ np.arange(bins) / mass, rcond=None)[0][0])
        if 0 < axis < bins - 1:
            return axis
    raise ReconError("the axis cannot be found from the projections; give --center its column")


def is_whole(projections: Values, beside: NDArray[np.bool_]) -> bool:
    """Return whether every projection shows the whole object, so that there is nothing outside the disc.

    Then its mass is that of all others, and rays through the outermost bins, or beside the disc, meet hardly
    anything.

    Args:
        projections: line integrals, `(slices, angles, bins)`.
        beside: which bins have rays that pass the disc by at every angle, `(bins,)`.
    """
    mass = projections.sum(2, dtype=np.float64)
    ends = projections[:, :, [0, 1, -2, -1]].mean((1, 2), dtype=np.float64)
    met = np.where(beside, projections.mean(1, dtype=np.float64), 0).max(1)
    mean = mass.mean(1)
    spread = np.sqrt(((mass - mean[:, None]) ** 2).mean(1))
    faint = np.maximum(ends, met) < _FAINT * projections.max((1, 2))
    return bool(np.all((mean > 0) & (spread < _SAME * mean) & faint))


def estimate_noise(projections: Values, weights: Values | None = None) -> float:
    """Return the level of white noise, from fourth differences along the bins: line integrals are smooth.

    Args:
        projections: `(slices, angles, bins)`.
        weights: by which their noise is multiplied to be white, of the same shape; None where it is.

    Raises:
        ReconError: when the detector has too few bins.
    """
    if projections.shape[-1] < len(_DIFFERENCE):
        raise ReconError(f"{projections.shape[-1]} bins are too few to estimate the noise; give --sigma", 2)
    found = roughness(projections)
    if weights is not None:
        found *= weights[..., REACH:-REACH]
    return float(np.quantile(found, _QUARTER)) / _OF_NORMAL


def roughness(projections: Values) -> NDArray[np.float64]:
    """Return magnitudes of fourth differences, of variance 1 in white noise of variance 1.

    Args:
        projections: `(slices, angles, bins)`.

    Returns:
        They are without the first and the last `REACH` bins.
    """
    wide = projections.astype(np.float64)
    length = max(projections.shape[-1] - 2 * REACH, 0)
    differences = sum(c * wide[..., k : k + length] for k, c in enumerate(_DIFFERENCE))
    return np.abs(differences) / float(np.linalg.norm(_DIFFERENCE))


def without_rings(projections: Values) -> Values:
    """Return projections without what single bins have more or less at every angle than those beside them."""
    mean = np.median(projections, 1, keepdims=True)
    return projections - (mean - median_filter(mean, (1, 1, _WIDEST), mode="nearest"))
