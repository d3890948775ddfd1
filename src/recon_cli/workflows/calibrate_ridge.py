"""Find the (lam, mu) that a ridge regulariser denoises or reconstructs best with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..models.ridge import Ridge, Strength
from ..quality.metrics import mean_psnr, psnr
from .calibrate import climb
from .ridge import denoise_by_ridge, reconstruct_by_ridge

if TYPE_CHECKING:
    from torch import Tensor

    from ..device import Device
    from .mri.options import MriOptions

_DIRECTIONS = ((1, 0), (0, 1), (1, -1))
_RATIOS = (1.5, 1.2, 1.06)
_WORTH = 0.002
"""Least gain of a move, in dB."""
_LIMIT = 300
"""Iterations in the search."""
_CHANGE = 5e-5
"""Relative change of the image at which a point of the search stops in MRI."""


class Scan(NamedTuple):
    """Simulated k-space with its truth.

    Attributes:
        samples: `(1, height, width)`, complex64.
        mask: where it was sampled, `(height, width)`.
        clean: the image, `(height, width)` in [0, 1].
    """

    samples: NDArray[np.complex64]
    mask: NDArray[np.bool_]
    clean: NDArray[np.float32]


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
        return mean_psnr(done.images, clean)

    return climb(start, score, _DIRECTIONS, _RATIOS, callback, _WORTH)


def calibrate_ridge_in_mri(
    ridge: Ridge,
    scans: Sequence[Scan],
    options: MriOptions,
    start: Strength,
    *,
    callback: Callable[[Strength, float], None] | None = None,
) -> tuple[Strength, float]:
    """Climb to the best mean PSNR of reconstructions.

    Args:
        ridge: the regulariser.
        scans: what is reconstructed.
        options: of the reconstruction, for real images.
        start: where the search begins.
        callback: called with each point and its mean PSNR in dB.

    Returns:
        The best point and its mean PSNR in dB.
    """
    quick = replace(options, tolerance=_CHANGE, max_iterations=_LIMIT)
    last: list[Tensor | None] = [None] * len(scans)

    def score(point: Strength) -> float:
        total = 0.0
        for place, (samples, mask, clean) in enumerate(scans):
            done = reconstruct_by_ridge(samples, mask, ridge, quick, point, start=last[place])
            last[place] = done.result.image
            total += psnr(done.image, clean)
        return total / len(scans)

    return climb(start, score, _DIRECTIONS, _RATIOS, callback, _WORTH)
