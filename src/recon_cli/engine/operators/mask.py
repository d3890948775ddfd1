"""Denoising of images some of whose pixels were not measured."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .linear import LinearOperator


@dataclass(frozen=True)
class Mask(LinearOperator):
    """The data are the image where it was measured, and zero in its holes, which the prior fills.

    Attributes:
        measured: which pixels were, `(height, width)` bool.
    """

    measured: Tensor

    @property
    def image_shape(self) -> tuple[int, int]:  # type: ignore[override]
        """Height and width in pixels."""
        height, width = self.measured.shape
        return height, width

    def forward(self, x: Tensor) -> Tensor:
        """Return the image with zeros in its holes."""
        return x * self.measured

    def adjoint(self, y: Tensor) -> Tensor:
        """Return the data with zeros in the holes."""
        return y * self.measured

    def normal(self, x: Tensor) -> Tensor:
        """Return the image with zeros in its holes."""
        return x * self.measured

    def norm(self, like: Tensor) -> float:
        """Return 1."""
        del like
        return 1.0

    def start(self, y: Tensor) -> Tensor:
        """Fill the holes with means of what was measured around them, from coarser and coarser pixels."""
        return _filled(y, self.measured.to(y.real.dtype).expand(1, *self.image_shape))

    def seen(self) -> Tensor:
        """Return the mask."""
        return self.measured

    def diagonal(self, like: Tensor) -> Tensor:
        """Return 1 where the image was measured, 0 elsewhere."""
        return self.measured.to(like)

    def diagonal_through(self, diagonal: Tensor) -> Tensor:
        """Return the numbers where the image was measured, 0 elsewhere."""
        return diagonal * self.measured


def _filled(y: Tensor, weight: Tensor) -> Tensor:
    """Fill the pixels without weight, `(images, height, width)`; all are zero where none has any."""
    held = weight > 0
    if bool(held.all()) or weight[0].numel() == 1:
        return y * held
    coarse = _halved(weight)
    means = _halved(y * weight) / coarse.clamp_min(torch.finfo(coarse.dtype).tiny)
    up = _filled(means, coarse).repeat_interleave(2, 1).repeat_interleave(2, 2)
    return torch.where(held, y, up[:, : y.shape[1], : y.shape[2]])


def _halved(x: Tensor) -> Tensor:
    """Return sums over 2 x 2 pixels, fewer at the edge."""
    padded = F.pad(x, (0, x.shape[2] % 2, 0, x.shape[1] % 2))
    rows = padded[:, 0::2] + padded[:, 1::2]
    return rows[:, :, 0::2] + rows[:, :, 1::2]
