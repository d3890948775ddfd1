"""An operator times a number."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from .linear import LinearOperator


@dataclass(frozen=True)
class Scaled(LinearOperator):
    """`H = factor A`: data that count more, or in other units.

    Attributes:
        operator: `A`.
        factor: positive.
    """

    operator: LinearOperator
    factor: float

    @property
    def image_shape(self) -> tuple[int, int]:  # type: ignore[override]
        """Height and width of the images."""
        return self.operator.image_shape

    @property
    def is_periodic(self) -> bool:  # type: ignore[override]
        """Whether the image goes on beyond its border."""
        return self.operator.is_periodic

    @property
    def is_convolution(self) -> bool:  # type: ignore[override]
        """Whether `H'H` is a convolution."""
        return self.operator.is_convolution

    def forward(self, x: Tensor) -> Tensor:
        """Return `factor A x`."""
        return self.factor * self.operator.forward(x)

    def adjoint(self, y: Tensor) -> Tensor:
        """Return `factor A' y`."""
        return self.factor * self.operator.adjoint(y)

    def normal(self, x: Tensor) -> Tensor:
        """Return `factor^2 A' A x`."""
        return self.factor**2 * self.operator.normal(x)

    def norm(self, like: Tensor) -> float:
        """Return the norm of `A`, times the number."""
        return self.factor * self.operator.norm(like)

    def start(self, y: Tensor) -> Tensor:
        """Return the first image of `A`."""
        return self.operator.start(y / self.factor)

    def spectrum(self, like: Tensor) -> Tensor:
        """Return that of `A`, times the square of the number."""
        return self.factor**2 * self.operator.spectrum(like)

    def seen(self) -> Tensor | None:
        """Return what `A` sees."""
        return self.operator.seen()

    def diagonal(self, like: Tensor) -> Tensor | None:
        """Return that of `A`, times the square of the number."""
        diagonal = self.operator.diagonal(like)
        return None if diagonal is None else self.factor**2 * diagonal

    def sampled_convolution(self, like: Tensor) -> tuple[Tensor, Tensor] | None:
        """Return that of `A`, its numbers times the square of the number."""
        known = self.operator.sampled_convolution(like)
        return known and (known[0], self.factor**2 * known[1])
