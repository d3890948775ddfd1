"""The certificate of every problem: a lower bound on the minimum of J, and the gap that it leaves."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .measurement import Measurement
from .reductions import total

_FLOOR = 1e-8
"""J for each pixel that counts as zero: that of an image which is off by 0.04 grey levels of 255."""
GREY_LEVELS = 255
"""Of images in [0, 1]."""
_ROUNDING = 2
"""Rounding of J but its data term, relative, in units of the precision's epsilon."""


def least_with_slope(measurement: Measurement, g: Tensor, x: Tensor) -> Tensor:
    """Return a lower bound on the minimum of `1/2 |H x - y|^2 + <g, x>` over C, `(images,)` float64.

        -1/2 |w|^2 - Re<w, y> + min over x in C of <H'w + g, x>

    Any w gives a bound, the residual `H x - y` of the minimum the best one. Of two the better is taken: that
    of x, and that after one projected gradient step, which for `H = I` leads to the minimum itself.

    Args:
        measurement: gives H, y and C.
        g: `(planes, height, width)` float64.
        x: an image near the minimum, of the same shape; any gives a valid bound.
    """
    x, data = x.double(), measurement.data
    residual = measurement.forward(x) - data
    slope = measurement.adjoint(residual) + g
    further = measurement.domain.project(x - slope / measurement.norm**2)
    moved = measurement.forward(further) - data
    bound = _bound(measurement, moved, measurement.adjoint(moved) + g)
    if measurement.operator.is_identity:  # there is no better one
        return bound
    return torch.maximum(bound, _bound(measurement, residual, slope))


def _bound(measurement: Measurement, w: Tensor, slope: Tensor) -> Tensor:
    """Return the bound of a w with `H'w + g`."""
    data = measurement.data
    product = total((w.conj() * data).real if w.is_complex() else w * data)
    return measurement.domain.least(slope) - 0.5 * total(w.abs().square()) - product


class RelativeGap:
    """The certified gap of a batch, relative to what an image can change of J: `(J - L) / (J - F)`.

    `F` is a lower bound on the data term alone. No image lowers that part of J, which data far outside C make
    as large as they like, so it may not hide what is still to be gained.
    """

    def __init__(self, measurement: Measurement) -> None:
        """Find F, at the first image, which is near the minimum of the data term."""
        first = measurement.domain.project(measurement.start())
        zero = torch.zeros_like(first, dtype=torch.float64)
        self.fixed = least_with_slope(measurement, zero, first).clamp_min(0)
        """F of each image, `(images,)` float64."""
        self._floor = _FLOOR * math.prod(measurement.shape)
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


def farthest(measurement: Measurement, value: Tensor, bound: Tensor) -> float | None:
    """Return how far an image with this J is from the minimum at most, root mean square of pixels with data.

    J grows from its minimum at least as the data term does, `1/2 |H (x - x*)|^2 <= J - L`, which bounds the
    distance where `H'H` is diagonal.

    Args:
        measurement: gives H.
        value: J of each image, `(images,)` float64.
        bound: L of each image, `(images,)` float64.

    Returns:
        The largest of the batch, in grey levels of 255 for images in [0, 1]; None where H gives no bound.
    """
    diagonal = measurement.operator.diagonal(measurement.data.real)
    if diagonal is None:
        return None
    seen = diagonal[diagonal > 0].double()
    if not len(seen):
        return None
    square = 2 * (value - bound).clamp_min(0) / (seen.min() * len(seen))
    return GREY_LEVELS * float(square.max().sqrt())
