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
            "--sigma takes a positive number in units of the data, or a percentage of the largest, as 1%"
            f"{besides}, and is {text}",
            2,
        )
    return (level / 100 if relative else level), relative


def share_of_largest(text: str, least: float = 0.0) -> float:
    """Return the level of noise that is added to projections, as a share of their largest line integral.

    Args:
        text: percent, as `1%`.
        least: share that the level has at least.

    Raises:
        ReconError: when it is none.
    """
    share = number(text.removesuffix("%")) / 100 if text.endswith("%") else math.nan
    if not least <= share <= 1:
        raise ReconError(
            "--sigma of projections that are simulated is a percentage of the largest line integral from "
            f"{100 * least:g}% to 100%, as 1%, and is {text}",
            2,
        )
    return share


def number(text: str) -> float:
    """Return the number of a text, NaN of one that is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan
