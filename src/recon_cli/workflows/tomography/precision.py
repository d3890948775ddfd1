"""How precise line integrals are whose light was counted: dense rays pass little, and are noisier.

Where light passes with a transmission T, the noise of the line integral grows as `T^(-alpha / 2)`: alpha is 1
where photons are counted, 2 where the detector's own noise rules, and 0 where all rays are alike. It is found
from the data, and the weights are the precision that follows:

    w = T^(alpha / 2),     mean of w^2 = 1
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from .corrections import REACH, roughness

Values = NDArray[np.float32]
_SMOOTHED = 2.0
"""Bins of the Gaussian that takes the noise out of the transmission."""
_PARTS = (0.25, 0.75)
"""Quantiles of the transmission below and above which the noise is compared."""
_APART = 1.5
"""Ratio of the transmissions of both from which on the noise tells how it grows."""
_STEEPEST = 2.0


def precision_of(values: Values) -> Values | None:
    """Return the weights of line integrals, `(slices, angles, bins)`; None where all rays are alike.

    Args:
        values: `-log(T)`, `(slices, angles, bins)`.
    """
    smooth = np.exp(-gaussian_filter1d(values, _SMOOTHED, axis=2, mode="nearest"))
    rough = roughness(values)
    if rough.size == 0:
        return None
    beside = smooth[..., REACH:-REACH]
    low, high = np.quantile(beside, _PARTS)
    dense, open_ = beside <= low, beside >= high
    ratio = float(beside[open_].mean() / beside[dense].mean())
    if ratio < _APART:
        return None
    noises = [float(np.median(rough[part])) for part in (dense, open_)]
    if min(noises) <= 0:
        return None
    alpha = min(max(2 * math.log(noises[0] / noises[1]) / math.log(ratio), 0.0), _STEEPEST)
    weights = smooth ** (alpha / 2)
    return (weights / np.sqrt((weights**2).mean(dtype=np.float64))).astype(np.float32)
