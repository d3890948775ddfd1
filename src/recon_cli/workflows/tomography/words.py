"""What users say of a scan, in words and numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...errors import ReconError
from ..noise_words import number, share_or_level
from .study import Asked


def asked_of(
    angles: Sequence[float],
    center: str | None,
    sigma: str,
    rings: bool,
    given: tuple[float, float] | None,
) -> Asked:
    """Return what the options of a scan say.

    Args:
        angles: in degrees.
        center: a number, `auto` or None.
        sigma: a positive number, one with a percent sign, or `auto`.
        rings: whether they are removed.
        given: the numbers of `--range`.

    Raises:
        ReconError: when a word is none of these.
    """
    axis = None if center in (None, "auto") else number(str(center))
    if axis is not None and not math.isfinite(axis):
        raise ReconError(f"--center takes the column of the axis or auto, and is {center}", 2)
    level, relative = (None, False) if sigma == "auto" else share_or_level(sigma, ", or auto")
    return Asked(tuple(angles), axis, center == "auto", level, relative, rings, given)
