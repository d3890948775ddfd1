"""The one parameter of a simple method, and how it goes with the noise level."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from ..arguments import positive
from ..files.parsed import number


@dataclass(frozen=True)
class OneParameter:
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
