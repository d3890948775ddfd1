"""Find the (lam, mu) that a ridge regulariser denoises best with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..models.ridge import Ridge, Strength
from ..reporting.metrics import psnr
from .calibrate import climb
from .ridge import denoise_by_ridge

if TYPE_CHECKING:
    from torch import Tensor

    from .device import Device

_DIRECTIONS = ((1, 0), (0, 1), (1, -1))
_RATIOS = (1.5, 1.2, 1.06)
_WORTH = 0.002
"""Least gain of a move, in dB."""
_LIMIT = 300
"""Iterations in the search."""


def calibrate_ridge(
    ridge: Ridge,
    clean: NDArray[np.float32],
    noisy: NDArray[np.float32],
    sigma: float,
    start: Strength,
    *,
    device: Device = "auto",
    callback: Callable[[Strength, float], None] | None = None,
) -> tuple[Strength, float]:
    """Climb to the best mean PSNR of the minimum.

    Args:
        ridge: the regulariser.
        clean: references, `(batch, height, width)` in [0, 1].
        noisy: the same with noise.
        sigma: its level, of 255.
        start: where the search begins.
        device: of the computation.
        callback: called with each point and its mean PSNR in dB.

    Returns:
        The best point and its mean PSNR in dB.
    """
    last: Tensor | None = None

    def score(point: Strength) -> float:
        nonlocal last
        done = denoise_by_ridge(noisy, ridge, sigma, point, max_iterations=_LIMIT, device=device, start=last)
        last = done.result.image
        return sum(psnr(i, c) for i, c in zip(done.images, clean, strict=True)) / len(clean)

    return climb(start, score, _DIRECTIONS, _RATIOS, callback, _WORTH)
