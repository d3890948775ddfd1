"""Denoising: the data are the image."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from .linear import LinearOperator


@dataclass(frozen=True)
class Identity(LinearOperator):
    """`H = I`.

    Attributes:
        image_shape: height and width in pixels.
    """

    image_shape: tuple[int, int]
    is_identity = True
    is_convolution = True

    def forward(self, x: Tensor) -> Tensor:
        """Return `x`."""
        return x

    def adjoint(self, y: Tensor) -> Tensor:
        """Return `y`."""
        return y

    def norm(self, like: Tensor) -> float:
        """Return 1."""
        del like
        return 1.0

    def spectrum(self, like: Tensor) -> Tensor:
        """Return ones."""
        return like.new_ones(self.image_shape)

    def diagonal(self, like: Tensor) -> Tensor:
        """Return ones."""
        return like.new_ones(self.image_shape)

    def diagonal_through(self, diagonal: Tensor) -> Tensor:
        """Return the numbers."""
        return diagonal
