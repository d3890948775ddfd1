"""Data of denoising that lie so far outside C that no prior pulls their pixels inside.

Where `y_i` exceeds the largest value of C by more than the prior's slope can ever be, the minimum has `x_i`
at that value, whatever `y_i` is. Such data, hot pixels a million times as bright as the rest, are moved to
where that begins: the minimiser stays the same, J falls by a constant, and single precision suffices again.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TypeVar

from .domain import Box
from .measurement import Measurement
from .result import Solution

Answer = TypeVar("Answer", bound=Solution)


def within_reach(measurement: Measurement, slope: float) -> Measurement:
    """Return the measurement, its data outside C moved to where the prior cannot pull them from.

    Args:
        measurement: unchanged where its data are not the pixels of real images.
        slope: a bound on the prior's derivative by any pixel, over images in [0, 1]; in a wider C it
            may be as much larger.
    """
    domain = measurement.domain
    if not (measurement.operator.is_identity and isinstance(domain, Box)) or math.isinf(slope):
        return measurement
    reach = slope * max(domain.high - domain.low, 1.0)
    moved = measurement.data.clamp(domain.low - reach, domain.high + reach)
    return measurement if bool((moved == measurement.data).all()) else replace(measurement, data=moved)


def with_all_data(answer: Answer, measurement: Measurement, moved: Measurement) -> Answer:
    """Return the answer for moved data with the objective that it has for all of them.

    Args:
        answer: of the solver.
        measurement: with the data as they were given.
        moved: what `within_reach` made of it.
    """
    if answer.objective is None or moved is measurement:
        return answer
    constant = float((measurement.data_term(answer.image) - moved.data_term(answer.image)).sum())
    return replace(answer, objective=answer.objective + constant)
