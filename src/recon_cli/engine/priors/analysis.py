"""Convex priors that are a norm of linear features, their problem, and the certificate of a solution.

    J(x) = 1/2 |H x - y|^2 + weight R(x),     R(x) = max over fields q in Q of <q, K x>,     x in C

Every q in `weight Q` bounds the minimum from below: for any w

    L = -1/2 |w|^2 - Re <w, y> + min over x in C of <H'w + K'q, x>.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor

from ..certificate import least_with_slope
from ..measurement import Measurement


class AnalysisFunction(ABC):
    """A norm of features `K x`: a convex function whose dual set Q is easy to project on."""

    norm: float
    """Of K, or slightly more."""

    @abstractmethod
    def forward(self, x: Tensor) -> Tensor:
        """Return `K x`: `(planes, height, width)` to a field of any shape."""

    @abstractmethod
    def adjoint(self, field: Tensor) -> Tensor:
        """Return `K'` of a field, `(planes, height, width)`."""

    @abstractmethod
    def value(self, field: Tensor) -> Tensor:
        """Return R of the images whose features these are, `(images,)` float64."""

    @abstractmethod
    def project(self, field: Tensor, radius: float) -> Tensor:
        """Return the nearest field in `radius Q`."""

    @property
    def steepest(self) -> float:
        """A bound on the derivative of R by any pixel of images in C; infinite where none is known."""
        return math.inf


@dataclass(frozen=True)
class AnalysisProblem:
    """A batch of inverse problems that share operator and prior.

    Attributes:
        measurement: H, y and C.
        function: R.
        weight: of R, positive.
    """

    measurement: Measurement
    function: AnalysisFunction
    weight: float

    def __post_init__(self) -> None:
        """Raise a ValueError when the weight is not positive."""
        if not (self.weight > 0 and math.isfinite(self.weight)):
            raise ValueError(f"the weight must be a positive number, and is {self.weight}")

    def objective(self, x: Tensor) -> Tensor:
        """Return J of each image, `(images,)` float64."""
        prior = self.function.value(self.function.forward(x))
        return self.measurement.data_term(self.measurement.forward(x)) + self.weight * prior

    def bound(self, x: Tensor, field: Tensor) -> Tensor:
        """Return L for an image and a field of `weight Q` near the minimum, `(images,)` float64."""
        feasible = (1 - 4 * torch.finfo(field.dtype).eps) * field.double()  # the projection rounds
        return least_with_slope(self.measurement, self.function.adjoint(feasible), x)
