"""Condat's primal-dual method, whose steps follow the operator's frequencies."""

from __future__ import annotations

import torch
from torch import Tensor

from ..circulant import Circulant, on_grid
from ..priors.analysis import AnalysisProblem

_STEP = 28.0
"""Dual step over the weight, of features with a norm of 1: one over what neighbours differ by."""
_OF_SET = 1 / 8
"""The step of the set's multiplier over that of the features, of features with a norm of 1."""
_PROBES, _POWERS, _SAFETY = 8, 30, 1.05


class Condat:
    """The method of Condat (J. Optim. Theory Appl. 2013) in the metric of a convolution M.

        x <- x - M^-1 (H'(H x - y) + K'q + v)

    With a number in place of M, what an operator sees strongly sets the length of all steps, and what it
    hardly sees, as the fine details of a blur or of projections, takes thousands of them. M follows the
    spectrum of `H'H / 2 + s K'K + t`, of which it has to be an upper bound. So that the step in x stays
    linear, the set C has a multiplier v, as the features have their field q.
    """

    def __init__(self, problem: AnalysisProblem, x: Tensor) -> None:
        """Begin at an image, `(planes, height, width)`."""
        measurement, function = problem.measurement, problem.function
        self._problem = problem
        self._back = measurement.adjoint(measurement.data)
        self._x, self._of_set = x, torch.zeros_like(x)
        self._field = torch.zeros_like(function.forward(x))
        self._step = _STEP * problem.weight / function.norm
        self._set_step = _OF_SET * self._step * function.norm**2
        self._inverse = self._metric()

    def _metric(self) -> Circulant:
        """Return the inverse of M."""
        measurement, function, x = self._problem.measurement, self._problem.function, self._x
        parts, generator = measurement.parts, torch.Generator().manual_seed(0)
        probes = torch.randn((_PROBES, *x.shape[1:]), generator=generator).to(x)
        before, after = torch.fft.rfft2(probes), torch.fft.rfft2(function.adjoint(function.forward(probes)))
        power = before.abs().square().sum(0)
        features = ((before.conj() * after).real.sum(0) / power).clamp_min(0)
        seen = measurement.spectrum(x) / 2
        mean = seen + self._step * on_grid(features, x.shape[2], parts) + self._set_step
        root = Circulant(mean.rsqrt(), parts)
        u, largest = torch.randn(x.shape, generator=generator).to(x), 1.0
        for _ in range(_POWERS):
            u = root(u / u.norm())
            curved = measurement.normal(u) / 2 + self._step * function.adjoint(function.forward(u))
            u = root(curved + self._set_step * u)
            largest = float(u.norm())
        return Circulant(1 / (max(largest, 1.0) * _SAFETY * mean), parts)

    def advance(self) -> None:
        """Do an iteration."""
        problem, x = self._problem, self._x
        measurement, function = problem.measurement, problem.function
        slope = measurement.normal(x) - self._back + function.adjoint(self._field) + self._of_set
        self._x = x - self._inverse(slope)
        ahead = 2 * self._x - x
        self._field = function.project(self._field + self._step * function.forward(ahead), problem.weight)
        beyond = self._of_set + self._set_step * ahead
        self._of_set = beyond - self._set_step * measurement.domain.project(beyond / self._set_step)

    @property
    def point(self) -> tuple[Tensor, Tensor]:
        """The image in C and its field."""
        return self._problem.measurement.domain.project(self._x), self._field
