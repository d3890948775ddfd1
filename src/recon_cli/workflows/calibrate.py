"""Find the (beta, lam) of each mode that a dictionary does best with, on images with a clean reference."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..models.dictionary import Tuned
from ..reporting.metrics import psnr
from .denoise import DenoiseOptions, denoise

if TYPE_CHECKING:
    from ..models.dictionary import Dictionary
    from .denoise import Mode
    from .device import Device

MODES: tuple[Mode, ...] = ("unrolled", "early-stop", "full")
_RATIOS = (2.0, 1.4, 1.15)
_DIRECTIONS = ((1, 0), (0, 1), (-1, 1))
"""Steps in (log beta, log lam); quality changes least along the last, at equal beta * lam."""
_FULL = 60
"""Iterations of `full` in the search: PSNR settles to 0.01 dB long before the certificate does."""


def calibrate(
    dictionary: Dictionary,
    clean: NDArray[np.float32],
    noisy: NDArray[np.float32],
    mode: Mode,
    start: Tuned,
    *,
    device: Device = "auto",
    callback: Callable[[Tuned, float], None] | None = None,
) -> tuple[Tuned, float]:
    """Climb to the best mean PSNR over a lattice in (log beta, log lam) that is refined three times.

    Args:
        dictionary: the model.
        clean: references, `(batch, height, width)` in [0, 1].
        noisy: the same with noise of the dictionary's sigma.
        mode: whose parameters are sought.
        start: where the search begins.
        device: of the computation.
        callback: called with each point and its mean PSNR in dB.

    Returns:
        The best point and its mean PSNR in dB.
    """
    seen: dict[tuple[float, float], float] = {}

    def score(point: Tuned) -> float:
        key = (round(math.log(point.beta), 6), round(math.log(point.lam), 6))
        if key not in seen:
            options = DenoiseOptions(
                mode,
                beta=point.beta,
                lam=point.lam,
                max_iterations=_FULL if mode == "full" else 10_000,
                device=device,
            )
            images = denoise(noisy, dictionary, dictionary.sigma, options).images
            seen[key] = sum(psnr(i, c) for i, c in zip(images, clean, strict=True)) / len(images)
            if callback:
                callback(point, seen[key])
        return seen[key]

    best = start
    for ratio in _RATIOS:
        moved = True
        while moved:
            moved = False
            for step, (along_beta, along_lam) in itertools.product((ratio, 1 / ratio), _DIRECTIONS):
                while True:
                    other = Tuned(best.beta * step**along_beta, best.lam * step**along_lam)
                    if score(other) <= score(best):
                        break
                    best, moved = other, True
    return best, score(best)
