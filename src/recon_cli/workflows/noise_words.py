"""Noise levels of data that are no pictures, as users give them."""

from __future__ import annotations

import math

from ..errors import ReconError


def share_or_level(text: str, besides: str = "") -> tuple[float, bool]:
    """Return a noise level, and whether it is a share of the largest datum.

    Args:
        text: a positive number in units of the data, or percent of the largest, as `1%`.
        besides: what else the option takes, in words.

    Raises:
        ReconError: when it is neither.
    """
    relative = text.endswith("%")
    level = number(text.removesuffix("%"))
    if not 0 < level < math.inf:
        raise ReconError(
            f"--sigma takes a positive number in units of the data, or as 1% of the largest{besides}, and is "
            f"{text}",
            2,
        )
    return (level / 100 if relative else level), relative


def number(text: str) -> float:
    """Return the number of a text, NaN of one that is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan
