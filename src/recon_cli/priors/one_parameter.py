"""The one parameter of a simple method, and how it goes with the noise level."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from ..arguments import positive
from ..files.parsed import number
from ..models.tuned import Positive


@dataclass(frozen=True)
class OneParameter(Positive):
    """A parameter.

    Attributes:
        name: in reports.
        value: positive.
    """

    name: str
    value: float

    def as_json(self) -> dict[str, float]:
        """Return the value by its name."""
        return {self.name: self.value}

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Self:
        """Take the value back.

        Raises:
            ValueError: when there is not one value that is positive and finite; TypeError likewise.
        """
        ((name, value),) = fields.items()
        return cls(name, number(value, name, above=0))


TV = {1.0: 0.159, 2.0: 0.269, 5.0: 0.43, 10.0: 0.559, 15.0: 0.64, 25.0: 0.727, 35.0: 0.769, 50.0: 0.814}
NLM = {2.0: 0.756, 5.0: 0.756, 10.0: 0.727, 15.0: 0.688, 25.0: 0.605, 50.0: 0.532}
WAVELET = {2.0: 1.278, 5.0: 1.144, 10.0: 1.056, 15.0: 1.016, 25.0: 1.0, 50.0: 1.0}
"""Ratios to the noise of best mean PSNR on the middles of Set12 (64 x 64 pixels, for wavelets 128 x 128).

They were found by `benchmarks/calibrate_methods.py`.
"""


def at_level(ratios: Mapping[float, float], sigma: float) -> float:
    """Return a parameter that is in units of intensity, for a noise level.

    Args:
        ratios: of the parameter to the noise at some rising levels, of 255; the logarithm is interpolated
            linearly in that of sigma, and beyond the first and the last level it stays.
        sigma: noise level, of 255.

    Raises:
        ReconError: when sigma is not positive.
    """
    positive("--sigma", sigma)
    levels, values = np.log(list(ratios)), np.log(list(ratios.values()))
    return float(np.exp(np.interp(math.log(sigma), levels, values))) * sigma / 255
