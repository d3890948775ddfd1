"""The flags of ISMRMRD's readouts, numbered from 1 in the standard."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.uint64]
NOISE, CALIBRATION, CALIBRATION_AND_IMAGING, REVERSE = 19, 20, 21, 22
_WITHOUT_IMAGE = (NOISE, 23, 24, 26, 27, 28, 29, 30, 31)
"""Noise, navigators, phase correction, feedback, dummy scans, and the correction of surface coils."""


def has(flags: Flags, *kinds: int) -> NDArray[np.bool_]:
    """Return which readouts have one of some flags."""
    return (flags & np.uint64(sum(1 << (kind - 1) for kind in kinds))) != 0


def shows_object(flags: Flags) -> NDArray[np.bool_]:
    """Return which readouts are k-space of the object, for an image or for calibration."""
    return ~has(flags, *_WITHOUT_IMAGE)


def only_calibrates(flags: Flags) -> NDArray[np.bool_]:
    """Return which readouts are flagged as calibration and not as calibration and imaging."""
    return has(flags, CALIBRATION) & ~has(flags, CALIBRATION_AND_IMAGING)
