"""Convex priors with a gradient, their problem, and the certificate of a solution.

    J(x) = 1/2 |H x - y|^2 + lam R(x),     x in C

R lies above its tangent at any x. So with `g = lam grad R(x)` the minimum of J is at least

    lam R(x) - <g, x> + min over z in C of 1/2 |H z - y|^2 + <g, z>

and the last term is bounded as for every prior, see `certificate`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from torch import Tensor

from ..certificate import least_with_slope
from ..circulant import on_grid
from ..measurement import Measurement

_LEAST = 1e-3
"""Of the largest eigenvalue, where neither data nor prior reach a frequency."""


class SmoothFunction(ABC):
    """A convex function of real planes with a gradient; of complex images it takes both parts."""

    @abstractmethod
    def terms(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return R and its gradient.

        Args:
            x: `(planes, height, width)`.

        Returns:
            R of each plane, `(planes,)` float64, and the gradient, of the shape of x.
        """

    @abstractmethod
    def lipschitz(self, shape: tuple[int, int]) -> float:
        """Return the Lipschitz constant of the gradient on planes of a shape, or more."""

    def curvature(self, x: Tensor) -> Tensor:
        """Return a circulant approximation of the Hessian at x, its eigenvalues `(height, width // 2 + 1)`.

        By default the Lipschitz constant at every frequency; the solver learns the rest.
        """
        height, width = x.shape[1:]
        return x.new_full((height, width // 2 + 1), self.lipschitz((height, width)))

    @property
    def steepest(self) -> float:
        """A bound on the derivative of R by any pixel of images in C; infinite where none is known."""
        return math.inf


class Point(NamedTuple):
    """Images in C with what is known of J there.

    Attributes:
        x: `(planes, height, width)`.
        value: J of each image, `(images,)` float64.
        slope: its gradient, of the shape of x.
        prior: `lam R` of each image, `(images,)` float64.
        pull: its gradient, of the shape of x.
    """

    x: Tensor
    value: Tensor
    slope: Tensor
    prior: Tensor
    pull: Tensor


@dataclass(frozen=True)
class SmoothProblem:
    """A batch of inverse problems that share operator and prior.

    Attributes:
        measurement: H, y and C.
        function: R, of the precision and on the device of the images.
        lam: positive weight of R.
        smoothness: Lipschitz constant of the gradient of R; None finds it.
    """

    measurement: Measurement
    function: SmoothFunction
    lam: float
    smoothness: float | None = None

    @cached_property
    def lipschitz(self) -> float:
        """Lipschitz constant of the gradient of J."""
        smoothness = self.smoothness or self.function.lipschitz(self.measurement.shape)
        return self.measurement.norm**2 + self.lam * smoothness

    def at(self, x: Tensor) -> Point:
        """Return J and its gradient at images in C, `(planes, height, width)`."""
        measurement = self.measurement
        values, gradient = self.function.terms(x)
        prior, pull = self.lam * measurement.per_image(values), self.lam * gradient
        measured = measurement.forward(x)
        slope = measurement.adjoint(measured - measurement.data) + pull
        return Point(x, measurement.data_term(measured) + prior, slope, prior, pull)

    def bound(self, point: Point) -> Tensor:
        """Return a lower bound on the minimum of J for each image, `(images,)` float64."""
        pull = point.pull.double()
        touching = point.prior - self.measurement.inner(pull, point.x.double())
        return touching + least_with_slope(self.measurement, pull, point.x)

    def spectrum(self, x: Tensor) -> Tensor:
        """Return a positive circulant approximation of the Hessian of J at x, on the grid of `Circulant`."""
        prior = on_grid(self.function.curvature(x), x.shape[2], self.measurement.parts)
        whole = self.measurement.spectrum(x) + self.lam * prior
        return whole.clamp_min(_LEAST * float(whole.amax()))
