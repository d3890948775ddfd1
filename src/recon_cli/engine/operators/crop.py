"""Data that are the middle of a larger image."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .linear import LinearOperator


@dataclass(frozen=True)
class Crop(LinearOperator):
    """The data are the middle of a larger image, whose frame is unknown.

    Attributes:
        data_shape: height and width of the data in pixels.
        margin: width of the unknown frame in pixels, on every side.
        further: rows and columns that the frame has besides at the bottom and on the right.
    """

    data_shape: tuple[int, int]
    margin: int
    further: tuple[int, int] = (0, 0)

    @property
    def image_shape(self) -> tuple[int, int]:  # type: ignore[override]
        """Height and width of the larger image."""
        height, width = self.data_shape
        return height + 2 * self.margin + self.further[0], width + 2 * self.margin + self.further[1]

    def forward(self, x: Tensor) -> Tensor:
        """Cut the frame off."""
        height, width = self.data_shape
        return x[..., self.margin : self.margin + height, self.margin : self.margin + width]

    def adjoint(self, y: Tensor) -> Tensor:
        """Put a frame of zeros around the data."""
        below, right = (self.margin + more for more in self.further)
        return F.pad(y, (self.margin, right, self.margin, below))

    def norm(self, like: Tensor) -> float:
        """Return 1."""
        del like
        return 1.0

    def start(self, y: Tensor) -> Tensor:
        """Continue the data into the frame by mirroring, without repeating the edge."""
        shape = zip(self.data_shape, self.image_shape, strict=True)
        rows, cols = (_mirror(inner, outer, self.margin, y.device) for inner, outer in shape)
        return y[:, rows][:, :, cols]

    def seen(self) -> Tensor:
        """Return the middle."""
        return self.adjoint(torch.ones(self.data_shape, dtype=torch.bool))

    def diagonal(self, like: Tensor) -> Tensor:
        """Return 1 in the middle, 0 in the frame."""
        return self.adjoint(like.new_ones(self.data_shape))

    def diagonal_through(self, diagonal: Tensor) -> Tensor:
        """Return the numbers in the middle, 0 in the frame."""
        return self.adjoint(diagonal)

    def spectrum(self, like: Tensor) -> Tensor:
        """Return the share of pixels with data at every frequency, `(height, width)`."""
        height, width = self.image_shape
        return like.new_full((height, width), self.data_shape[0] * self.data_shape[1] / (height * width))


def _mirror(inner: int, outer: int, margin: int, device: torch.device) -> Tensor:
    """Indices that mirror a line of `inner` pixels to one of `outer`, also where the frame is wider."""
    period = max(2 * (inner - 1), 1)
    place = (torch.arange(outer, device=device) - margin).remainder(period)
    return torch.minimum(place, period - place).clamp(max=inner - 1)
