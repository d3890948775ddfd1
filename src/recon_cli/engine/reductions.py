"""Sums over pixels in an order that does not depend on the number of threads."""

from __future__ import annotations

import torch
from torch import Tensor


def pixel_sum(x: Tensor, dtype: torch.dtype | None = None) -> Tensor:
    """Sum over the last two dimensions.

    PyTorch shares a sum that has a single result by its threads, but never a row.

    Args:
        x: `(..., height, width)`.
        dtype: in which to sum.
    """
    return x.sum(-1, dtype=dtype).sum(-1)


def without_level(x: Tensor) -> Tensor:
    """Return images less the mean of each, `(..., height, width)`."""
    return x - (pixel_sum(x) / (x.shape[-2] * x.shape[-1]))[..., None, None]


def total(values: Tensor) -> Tensor:
    """Sum each image's values in float64, `(images, ...)` to `(images,)`."""
    rows = values.sum(-1, dtype=torch.float64)
    return rows.view(values.shape[0], -1).sum(1)
