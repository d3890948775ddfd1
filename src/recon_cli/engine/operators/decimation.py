"""A coarse picture of a fine image: every second, third or fourth pixel of a row and of a column."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from .linear import LinearOperator


@dataclass(frozen=True)
class Decimation(LinearOperator):
    """The data are every `factor`-th pixel in both directions, from the first one on.

    Attributes:
        data_shape: height and width of the data in pixels.
        factor: pixels of the image from a datum to the next.
    """

    data_shape: tuple[int, int]
    factor: int

    @property
    def image_shape(self) -> tuple[int, int]:  # type: ignore[override]
        """Height and width of the fine image."""
        return self.data_shape[0] * self.factor, self.data_shape[1] * self.factor

    def forward(self, x: Tensor) -> Tensor:
        """Return the pixels that are kept."""
        return x[..., :: self.factor, :: self.factor]

    def adjoint(self, y: Tensor) -> Tensor:
        """Put zeros between the data."""
        image = y.new_zeros(*y.shape[:-2], *self.image_shape)
        image[..., :: self.factor, :: self.factor] = y
        return image

    def norm(self, like: Tensor) -> float:
        """Return 1."""
        del like
        return 1.0

    def start(self, y: Tensor) -> Tensor:
        """Repeat every datum."""
        return y.repeat_interleave(self.factor, -2).repeat_interleave(self.factor, -1)

    def seen(self) -> Tensor:
        """Return the pixels that are kept."""
        return self.adjoint(torch.ones(self.data_shape)) > 0

    def diagonal(self, like: Tensor) -> Tensor:
        """Return 1 at the pixels that are kept, else 0."""
        return self.adjoint(like.new_ones(self.data_shape))

    def diagonal_through(self, diagonal: Tensor) -> Tensor:
        """Return the numbers at the pixels that are kept, else 0."""
        return self.adjoint(diagonal)
