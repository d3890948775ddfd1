"""Data that count by how accurate they are."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from .linear import LinearOperator


@dataclass(frozen=True)
class Weights(LinearOperator):
    """Each datum times a number: with `1 / sigma` of its noise, `1/2 |H x - y|^2` is the log-likelihood.

    The data have to be weighted alike.

    Attributes:
        weights: not negative, `(height, width)`.
    """

    weights: Tensor

    @property
    def image_shape(self) -> tuple[int, int]:  # type: ignore[override]
        """Height and width of what is weighted."""
        height, width = self.weights.shape
        return height, width

    def forward(self, x: Tensor) -> Tensor:
        """Return the products."""
        return x * self.weights.to(x.real.dtype)

    def adjoint(self, y: Tensor) -> Tensor:
        """Return the same."""
        return self.forward(y)

    def norm(self, like: Tensor) -> float:
        """Return the largest weight."""
        del like
        return float(self.weights.max())

    def start(self, y: Tensor) -> Tensor:
        """Divide by the weights; data without one become 0."""
        weights = self.weights.to(y.real.dtype)
        return (y / weights).where(weights > 0, y.new_zeros(()))

    def seen(self) -> Tensor | None:
        """Return what has a weight."""
        seen = self.weights > 0
        return None if bool(seen.all()) else seen

    def diagonal(self, like: Tensor) -> Tensor:
        """Return the squared weights."""
        return self.weights.to(like).square()

    def diagonal_through(self, diagonal: Tensor) -> Tensor:
        """Return the numbers times the squared weights."""
        return diagonal * self.weights.to(diagonal).square()
