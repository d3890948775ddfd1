"""The phases of images, `x[p::s, q::s]`: pixels that lie a stride apart become neighbours."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor


def phases(x: Tensor, stride: int) -> Tensor:
    """Return the phases of images, `(images, height, width)` to `(images, stride**2, rows, columns)`.

    Rows and columns beyond an image that the stride does not divide are zero.
    """
    if stride > 1:
        x = F.pad(x, (0, -x.shape[2] % stride, 0, -x.shape[1] % stride))
    images, height, width = x.shape
    split = x.view(images, height // stride, stride, width // stride, stride).permute(0, 2, 4, 1, 3)
    return split.reshape(images, stride**2, height // stride, width // stride)


def joined(x: Tensor, stride: int) -> Tensor:
    """Put phases together to images, `(images, stride * rows, stride * columns)`: the inverse of `phases`."""
    images, _, rows, cols = x.shape
    split = x.view(images, stride, stride, rows, cols).permute(0, 3, 1, 4, 2)
    return split.reshape(images, rows * stride, cols * stride)
