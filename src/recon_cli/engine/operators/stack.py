"""Several operators on one image."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from .linear import LinearOperator


class Stack(LinearOperator):
    """Several operators on one image: their data, flattened, one after the other, `(images, values)`.

    All data are real, or all are complex.
    """

    def __init__(self, operators: Sequence[LinearOperator]) -> None:
        """Put operators on images of one shape together.

        Raises:
            ValueError: when there are none, or their images differ in shape.
        """
        self.operators = tuple(operators)
        shapes = {operator.image_shape for operator in self.operators}
        if len(shapes) != 1:
            raise ValueError(f"operators on images of the shapes {sorted(shapes)} cannot be stacked")
        (self.image_shape,) = shapes
        self.is_periodic = any(operator.is_periodic for operator in self.operators)
        self._shapes: list[torch.Size] | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Return the data of every operator."""
        return torch.cat([operator.forward(x).flatten(1) for operator in self.operators], 1)

    def adjoint(self, y: Tensor) -> Tensor:
        """Return the sum of the adjoints."""
        if self._shapes is None:  # of the data, known once they were made
            image = torch.zeros(1, *self.image_shape, dtype=y.real.dtype, device=y.device)
            self._shapes = [operator.forward(image).shape[1:] for operator in self.operators]
        parts = y.split([math.prod(shape) for shape in self._shapes], 1)
        every = zip(self.operators, parts, self._shapes, strict=True)
        return torch.stack([one.adjoint(part.view(len(y), *shape)) for one, part, shape in every]).sum(0)

    def normal(self, x: Tensor) -> Tensor:
        """Return the sum of the operators' `H' H x`."""
        return torch.stack([operator.normal(x) for operator in self.operators]).sum(0)

    def norm(self, like: Tensor) -> float:
        """Return the root of the sum of the squared norms, an upper bound."""
        return math.sqrt(sum(operator.norm(like) ** 2 for operator in self.operators))

    def diagonal(self, like: Tensor) -> Tensor | None:
        """Return the sum of the operators' diagonals, where all have one."""
        found = [operator.diagonal(like) for operator in self.operators]
        known = [diagonal for diagonal in found if diagonal is not None]
        return torch.stack(known).sum(0) if len(known) == len(found) else None

    def seen(self) -> Tensor | None:
        """Return the pixels that some operator sees."""
        seen = [operator.seen() for operator in self.operators]
        known = [pixels for pixels in seen if pixels is not None]
        return torch.stack(known).any(0) if len(known) == len(seen) else None

    def spectrum(self, like: Tensor) -> Tensor:
        """Return the sum of the spectra."""
        return torch.stack([operator.spectrum(like) for operator in self.operators]).sum(0)
