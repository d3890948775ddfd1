"""Total variation: `R(x) = sum_i |(grad x)_i|`.

The differences are those of neighbouring pixels, zero across the border; the norm is over both directions and
the planes of an image. L. Rudin, S. Osher, E. Fatemi, "Nonlinear total variation based noise removal
algorithms", Physica D 1992.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ..reductions import total
from .analysis import AnalysisFunction

STEEPEST = 4
"""A bound on the derivative of the total variation by any pixel: it belongs to four differences."""


class TotalVariation(AnalysisFunction):
    """Total variation of images of so many parts."""

    norm = math.sqrt(8)
    steepest = STEEPEST

    def __init__(self, parts: int = 1) -> None:
        """Take the planes of an image: 1 for real images, 2 for complex ones."""
        self.parts = parts

    def forward(self, x: Tensor) -> Tensor:
        """See `AnalysisFunction`: `(planes, height, width)` to `(2, planes, height, width)`."""
        return gradient(x)

    def adjoint(self, field: Tensor) -> Tensor:
        """See `AnalysisFunction`."""
        return -divergence(field)

    def value(self, field: Tensor) -> Tensor:
        """See `AnalysisFunction`."""
        return total(self._lengths(field)[0])

    def project(self, field: Tensor, radius: float) -> Tensor:
        """See `AnalysisFunction`: shorten the field where it is longer than the radius."""
        scale = (self._lengths(field) / radius).clamp_min(1)
        return (field.unflatten(1, (-1, self.parts)) / scale).flatten(1, 2)

    def _lengths(self, field: Tensor) -> Tensor:
        """Return the norm of a field at each pixel, `(1, images, 1, height, width)`."""
        pairs = field.unflatten(1, (-1, self.parts))
        return pairs.square().sum((0, 2), keepdim=True).sqrt()


def gradient(x: Tensor) -> Tensor:
    """Return the differences to the next row and column, `(planes, height, width)` to `(2, ...)`."""
    out = x.new_zeros(2, *x.shape)
    out[0, :, :-1] = x[:, 1:] - x[:, :-1]
    out[1, :, :, :-1] = x[:, :, 1:] - x[:, :, :-1]
    return out


def divergence(field: Tensor) -> Tensor:
    """Return minus the adjoint of `gradient`, `(2, planes, height, width)` to `(planes, ...)`."""
    rows, cols = field[0, :, :-1], field[1, :, :, :-1]
    out = torch.zeros_like(field[0])
    out[:, :-1] += rows
    out[:, 1:] -= rows
    out[:, :, :-1] += cols
    out[:, :, 1:] -= cols
    return out
