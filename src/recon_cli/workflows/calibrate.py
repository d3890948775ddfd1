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
from .solving import Mode

if TYPE_CHECKING:
    from ..models.dictionary import Dictionary
    from .device import Device

MODES: tuple[Mode, ...] = ("unrolled", "early-stop", "full")
_RATIOS = (2.0, 1.4, 1.15)
_DIRECTIONS = {
    "unrolled": ((1, 0), (0, 1), (-1, 1)),
    "early-stop": ((1, 0, 0), (0, 1, 1), (0, 0, 1)),
    "full": ((1, 0), (0, 1), (-1, 1)),
}
"""Steps in the logarithms of what is tuned: beta, lam, and the tolerance of early stopping. At the minimum
quality changes least at equal beta * lam; the best tolerance of early stopping grows with lam."""
_LIMIT = {"unrolled": 1, "early-stop": 40, "full": 60}
"""Iterations in the search: PSNR of `full` settles to 0.01 dB long before the certificate does."""
_MOST = 60
"""Points of a search: where a dictionary is so poor that the climb does not end, it is broken off."""


def starting_point(mode: Mode, dictionary: Dictionary) -> Tuned:
    """Return where a search for a mode's parameters may begin: the dictionary's, or what is usual."""
    tuned = dictionary.tuned.get(mode)
    if tuned and (mode != "early-stop" or tuned.tol):
        return tuned
    root = math.sqrt(dictionary.sigma / 25)
    if mode == "early-stop":
        return Tuned(0.35 * root, 0.0015 * root, 0.11 * root)
    return Tuned(0.4 * root, 3e-4 * root)


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
    """Climb to the best mean PSNR.

    The parameters are beta and lam, for `early-stop` the tolerance of its stop rule, too: coordinate
    descent to the paper's 1e-4 ends near the minimum, and the best images lie on the way.

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

    def score(point: Tuned) -> float:
        options = DenoiseOptions(
            mode,
            beta=point.beta,
            lam=point.lam,
            tolerance=point.tol,
            max_iterations=_LIMIT[mode],
            device=device,
        )
        images = denoise(noisy, dictionary, dictionary.sigma, options).images
        return sum(psnr(i, c) for i, c in zip(images, clean, strict=True)) / len(images)

    return climb(start, mode, score, callback)


def climb(
    start: Tuned,
    mode: Mode,
    score: Callable[[Tuned], float],
    callback: Callable[[Tuned, float], None] | None = None,
) -> tuple[Tuned, float]:
    """Climb along the directions of a mode, over a lattice in the logarithms that is refined three times.

    Args:
        start: where the search begins.
        mode: whose parameters are sought.
        score: what is to be large.
        callback: called with each new point and its score.

    Returns:
        The best point and its score.
    """
    seen: dict[tuple[float, ...], float] = {}

    def known(point: Tuned) -> float:
        key = tuple(round(math.log(value), 6) for value in point.as_json().values())
        if key not in seen:
            seen[key] = score(point)
            if callback:
                callback(point, seen[key])
        return seen[key]

    best = start
    for ratio in _RATIOS:
        moved = True
        while moved and len(seen) < _MOST:
            moved = False
            for step, powers in itertools.product((ratio, 1 / ratio), _DIRECTIONS[mode]):
                while len(seen) < _MOST:
                    values = best.as_json().items()
                    other = Tuned(**{name: v * step**p for (name, v), p in zip(values, powers, strict=True)})
                    if known(other) <= known(best):
                        break
                    best, moved = other, True
    return best, known(best)
