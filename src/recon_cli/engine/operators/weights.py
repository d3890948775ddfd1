"""Data that are not all equally noisy."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .linear import LinearOperator
from .mask import Mask


@dataclass(frozen=True)
class Weights(LinearOperator):
    """The data are the image, each pixel times its weight: the noise of all is then the same.

    Attributes:
        weights: not negative, zero where nothing was measured, `(height, width)`.
    """

    weights: Tensor

    @property
    def image_shape(self) -> tuple[int, int]:  # type: ignore[override]
        """Height and width in pixels."""
        height, width = self.weights.shape
        return height, width

    def forward(self, x: Tensor) -> Tensor:
        """Return the weighted image."""
        return x * self.weights.to(x.real.dtype)

    def adjoint(self, y: Tensor) -> Tensor:
        """Return the weighted data."""
        return y * self.weights.to(y.real.dtype)

    def normal(self, x: Tensor) -> Tensor:
        """Return the image times the squares of the weights."""
        return x * self.diagonal(x.real)

    def norm(self, like: Tensor) -> float:
        """Return the largest weight."""
        del like
        return float(self.weights.max())

    def start(self, y: Tensor) -> Tensor:
        """Divide by the weights; holes are filled as those of `Mask`."""
        seen = self.seen()
        return Mask(seen).start(y / torch.where(seen, self.weights, 1).to(y.real.dtype))

    def seen(self) -> Tensor:
        """Return which pixels have a weight."""
        return self.weights > 0

    def diagonal(self, like: Tensor) -> Tensor:
        """Return the squares of the weights."""
        return self.weights.to(like).square()

    def diagonal_through(self, diagonal: Tensor) -> Tensor:
        """Return the numbers times the squares of the weights."""
        return diagonal * self.diagonal(diagonal)
