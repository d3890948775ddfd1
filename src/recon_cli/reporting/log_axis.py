"""Labels of logarithmic axes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matplotlib.ticker import FuncFormatter, LogFormatterSciNotation, LogLocator, NullFormatter

if TYPE_CHECKING:
    from matplotlib.axis import Axis

_FEW = 2.5
_FINE = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)
"""Labels of a decade where there is less than one: at most a factor of 1.67 apart."""


def label_logarithms(axis: Axis, decades: float | None = None) -> None:
    """Label some places of each decade, in figures, where there are few decades; else whole decades.

    Args:
        axis: logarithmic.
        decades: how many it shows; None for those that it shows so far.
    """
    if decades is None:
        low, high = axis.get_view_interval()
        decades = math.log10(high / low)
    few = decades < _FEW
    places = _FINE if decades < 1 else (1.0, 2.0, 5.0) if few else (1.0,)
    axis.set_major_locator(LogLocator(subs=places))
    axis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value:.3g}") if few else LogFormatterSciNotation()
    )
    axis.set_minor_formatter(NullFormatter())
