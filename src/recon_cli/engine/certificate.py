"""The certificate of every problem: a lower bound on the minimum of J, and the gap that it leaves."""

from __future__ import annotations

import math
from typing import Protocol

import torch
from torch import Tensor

from .domain import Domain
from .linear import LinearOperator
from .reductions import total

_FLOOR = 1e-8
"""J for each pixel that counts as zero: that of an image which is off by 0.04 grey levels of 255."""
_ROUNDING = 2
"""Rounding of J but its data term, relative, in units of the precision's epsilon."""


class InverseProblem(Protocol):
    """Data `y = H x` with noise, of images in C; J adds a regulariser to `1/2 |H x - y|^2`."""

    @property
    def operator(self) -> LinearOperator:
        """`H`."""

    @property
    def data(self) -> Tensor:
        """`y`, `(images, ...)`, real or complex."""

    @property
    def domain(self) -> Domain:
        """The set C."""


def least_with_slope(problem: InverseProblem, g: Tensor, x: Tensor) -> Tensor:
    """Return a lower bound on the minimum of `1/2 |H x - y|^2 + <g, x>` over C, `(images,)` float64.

        -1/2 |w|^2 - Re<w, y> + min over x in C of <H'w + g, x>     for the w of `LinearOperator.dual_point`

    Args:
        problem: gives H, y and C.
        g: `(planes, height, width)` float64.
        x: an image near the minimum, of the same shape; any gives a valid bound.
    """
    data = problem.data.to(torch.promote_types(problem.data.dtype, torch.float64))
    w = problem.operator.dual_point(g, x.double(), data)
    product = total((w.conj() * data).real if w.is_complex() else w * data)
    quadratic = 0.5 * total(w.abs().square())
    return problem.domain.least(problem.operator.adjoint(w) + g) - quadratic - product


class RelativeGap:
    """The certified gap of a batch, relative to what an image can change of J: `(J - L) / (J - F)`.

    `F` is a lower bound on the data term alone. No image lowers that part of J, which data far outside C make
    as large as they like, so it may not hide what is still to be gained.
    """

    def __init__(self, problem: InverseProblem) -> None:
        """Find F, at the first image, which is near the minimum of the data term."""
        first = problem.domain.project(problem.operator.start(problem.data))
        self.fixed = least_with_slope(problem, torch.zeros_like(first, dtype=torch.float64), first).clamp_min(
            0
        )
        """F of each image, `(images,)` float64."""
        self._floor = _FLOOR * math.prod(problem.operator.image_shape)
        self._rounding = _ROUNDING * torch.finfo(first.dtype).eps

    def __call__(self, value: Tensor, bound: Tensor) -> float:
        """Return the largest gap of the batch, not negative.

        What the precision of the images cannot tell apart counts as gap. Where the minimum is F, as of a
        constant image, rounding keeps L below it; there the gap is relative to `1e-8` for each pixel.

        Args:
            value: J of each image, `(images,)` float64, its data term computed in float64.
            bound: L of each image, `(images,)` float64.
        """
        changeable = (value - self.fixed).clamp_min(0)
        lost = (value - torch.maximum(bound, self.fixed)).clamp_min(0) + self._rounding * changeable
        return float((lost / changeable.clamp_min(self._floor)).max())
