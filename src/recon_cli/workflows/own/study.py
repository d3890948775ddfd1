"""Data of the user's operator, ready to be reconstructed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from ...engine.domain import Box
from ...engine.measurement import Measurement
from ...engine.operators import LinearOperator, Scaled
from ...errors import ReconError
from ..images.equivalent_level import level_through

if TYPE_CHECKING:
    from ...solver import Solver

_BRIGHT, _TARGET, _HIGHEST = 0.999, 0.8, 5.0
"""Quantile that stands for the maximum, where it is mapped to, and the largest value of a pixel there."""


@dataclass(frozen=True)
class OwnStudy:
    """Images of an operator that the user brings along.

    Attributes:
        operator: checked.
        data: `(images, ...)`.
        sigma: noise level, in their units.
        given: the values of the image that become 0 and 1, or None.
    """

    operator: LinearOperator
    data: NDArray[Any]
    sigma: float
    given: tuple[float, float] | None = None

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.data)

    @cached_property
    def spans(self) -> tuple[float, float]:
        """What becomes 0 and 1 of the image: as given, or 0 and a little more than what is bright."""
        return self.given or (0.0, self._brightest / _TARGET)

    @cached_property
    def _brightest(self) -> float:
        """Of the first images, brought to the brightness that explains the data best."""
        data = torch.from_numpy(self.data)
        start = self.operator.start(data)
        seen = self.operator.forward(start)
        gain = float((seen.conj() * data).real.sum()) / max(float(seen.abs().square().sum()), 1e-300)
        bright = gain * float(np.quantile(start.real.numpy(), _BRIGHT))
        if not 0 < bright < math.inf:
            raise ReconError("the first image of the operator is nowhere positive; give --range LO,HI", 2)
        return bright

    @cached_property
    def level(self) -> float:
        """Noise level whose strengths suit, in 8-bit grey levels."""
        passed = self.operator.spectrum(torch.zeros(1)).double().numpy()
        return level_through(passed, self._noise)

    @property
    def _noise(self) -> float:
        return 255 * self.sigma / (self.spans[1] - self.spans[0])

    @property
    def image_shape(self) -> tuple[int, int]:
        """Height and width of the images."""
        return self.operator.image_shape

    @property
    def field(self) -> NDArray[np.bool_]:
        """Everywhere."""
        return np.ones(self.image_shape, bool)

    @property
    def said(self) -> str:
        """What was found of the data, in words."""
        low, high = self.spans
        by = "--range" if self.given else "what is bright"
        return f"noise {self.sigma:.4g}, {low:.4g} to {high:.4g} by {by}"

    @property
    def facts(self) -> Mapping[str, Any]:
        """The same for a line of JSON."""
        return {"images": len(self), "noise": self.sigma, "range": list(self.spans)}

    def solver(self, solver: Solver) -> Solver:
        """Return the solver as it is."""
        return solver

    def measurement(self, frame: int) -> Measurement:
        """Return the measurement of an image, whose data count as much as their noise allows."""
        low, high = self.spans
        factor = self.level / self._noise
        data = torch.from_numpy(self.data[frame : frame + 1])
        if low:
            data = data - low * self.operator.forward(torch.ones(1, *self.image_shape, dtype=data.real.dtype))
        box = Box(high=1.0 if self.given else _HIGHEST)
        operator = self.operator if factor == 1 else Scaled(self.operator, factor)
        scaled = (factor / (high - low) * data).numpy()
        return Measurement(operator, scaled, box, self.level, scale=1 / (high - low))

    def pictures(self, images: NDArray[Any]) -> NDArray[np.float32]:
        """Return images in the units of the data."""
        return (np.real(images) + self.spans[0]).astype(np.float32)
