"""What users say of a scan, in words and numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...errors import ReconError
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
    axis = None if center in (None, "auto") else _number(str(center))
    if axis is not None and not math.isfinite(axis):
        raise ReconError(f"--center takes the column of the axis or auto, and is {center}", 2)
    relative = sigma.endswith("%")
    level = None if sigma == "auto" else _number(sigma.removesuffix("%"))
    if level is not None and not 0 < level < math.inf:
        raise ReconError(
            f"--sigma takes a positive number, of line integrals or as 1%, or auto, and is {sigma}",
            2,
        )
    if level is not None and relative:
        level /= 100
    return Asked(tuple(angles), axis, center == "auto", level, relative, rings, given)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
