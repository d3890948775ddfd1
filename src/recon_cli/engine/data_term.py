"""The data term of every problem."""

from __future__ import annotations

import torch
from torch import Tensor

from .reductions import total


def data_term(measured: Tensor, data: Tensor) -> Tensor:
    """Return `1/2 |H x - y|^2` of each image, `(images,)` float64.

    In single precision, data far off would leave no trace of the others.
    """
    wide = torch.promote_types(data.dtype, torch.float64)
    return 0.5 * total((measured.to(wide) - data).abs().square())
