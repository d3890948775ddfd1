"""Find the (beta, lam) of each mode that a dictionary does best with, on images with a clean reference."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..models.ridge import Strength
from ..models.tuned import Tuned
from ..quality.metrics import mean_psnr
from ..solver import Mode
from .denoising.denoise import DenoiseOptions, denoise
from .methods.one_parameter import OneParameter

if TYPE_CHECKING:
    from ..device import Device
    from ..engine.priors.dictionary.solution import PatchSolution
    from ..models.dictionary import Dictionary

P = TypeVar("P", Tuned, OneParameter, Strength)
MODES: tuple[Mode, ...] = ("unrolled", "early-stop", "full")
RATIOS = (2.0, 1.4, 1.15)
"""Of neighbouring points of the lattice, from coarse to fine."""
Directions = Sequence[tuple[int, ...]]
"""Steps in the logarithms of what is tuned: beta, lam, and the tolerance of early stopping."""
DIRECTIONS: dict[Mode, Directions] = {
    "unrolled": ((1, 0), (0, 1), (-1, 1)),
    "early-stop": ((1, 0, 0), (0, 1, 1), (0, 0, 1)),
    "full": ((1, 0), (0, 1), (-1, 1)),
}
"""At the minimum quality changes least at equal beta * lam; the best tolerance of early stopping grows
with lam."""
_LIMIT = {"unrolled": 1, "early-stop": 40, "full": 60}
"""Iterations in the search."""
_GAP = 5e-3
"""Of `full` in the search: PSNR settles to 0.01 dB long before the certificate is at 1e-3."""
_WORTH = 0.005
"""Least gain of a move, in dB: along equal beta * lam a search would wander far, to slower problems."""
_MOST = 60
"""Points of a search: where a dictionary is so poor that the climb does not end, it is broken off."""


def starting_point(mode: Mode, dictionary: Dictionary, sigma: float) -> Tuned:
    """Return where a search for a mode's parameters may begin: the dictionary's, or what is usual.

    Args:
        mode: of the solver.
        dictionary: the model.
        sigma: noise level, of 255.
    """
    tuned = dictionary.tuned_at(mode, sigma)
    if tuned and (mode != "early-stop" or tuned.tol):
        return tuned
    root = math.sqrt(sigma / 25)
    if mode == "early-stop":
        return Tuned(0.35 * root, 0.0015 * root, 0.11 * root)
    return Tuned(0.4 * root, 3e-4 * root)


def calibrate(
    dictionary: Dictionary,
    clean: NDArray[np.float32],
    noisy: NDArray[np.float32],
    mode: Mode,
    sigma: float,
    start: Tuned,
    *,
    ratios: Sequence[float] = RATIOS,
    directions: Directions | None = None,
    device: Device = "auto",
    callback: Callable[[Tuned, float], None] | None = None,
) -> tuple[Tuned, float]:
    """Climb to the best mean PSNR.

    The parameters are beta and lam, for `early-stop` the tolerance of its stop rule, too: coordinate
    descent to the paper's 1e-4 ends near the minimum, and the best images lie on the way.

    Args:
        dictionary: the model.
        clean: references, `(batch, height, width)` in [0, 1].
        noisy: the same with noise.
        mode: whose parameters are sought.
        sigma: level of the noise, of 255.
        start: where the search begins.
        ratios: see `climb`.
        directions: see `climb`; those of the mode when left out.
        device: of the computation.
        callback: called with each point and its mean PSNR in dB.

    Returns:
        The best point and its mean PSNR in dB.
    """
    last: PatchSolution | None = None

    def score(point: Tuned) -> float:
        nonlocal last
        options = DenoiseOptions(
            mode,
            beta=point.beta,
            lam=point.lam,
            tolerance=_GAP if mode == "full" else point.tol,
            max_iterations=_LIMIT[mode],
            device=device,
        )
        denoised = denoise(noisy, dictionary, sigma, options, start=last)
        last = denoised.result
        return mean_psnr(denoised.images, clean)

    return climb(start, score, directions or DIRECTIONS[mode], ratios, callback, _WORTH)


def climb(
    start: P,
    score: Callable[[P], float],
    directions: Directions,
    ratios: Sequence[float] = RATIOS,
    callback: Callable[[P, float], None] | None = None,
    worth: float = 0.0,
) -> tuple[P, float]:
    """Climb along some directions, over a lattice in the logarithms that is refined step by step.

    Args:
        start: where the search begins.
        score: what is to be large.
        directions: of the moves, in the logarithms of what `as_json` holds.
        ratios: of neighbouring points of the lattice, from coarse to fine.
        callback: called with each new point and its score.
        worth: a move has to gain more than this.

    Returns:
        The best point and its score.
    """
    seen: dict[tuple[float, ...], float] = {}

    def known(point: P) -> float:
        key = tuple(round(math.log(value), 6) for value in point.as_json().values())
        if key not in seen:
            seen[key] = score(point)
            if callback:
                callback(point, seen[key])
        return seen[key]

    best = start
    for ratio in ratios:
        moved = True
        while moved and len(seen) < _MOST:
            moved = False
            for step, powers in itertools.product((ratio, 1 / ratio), directions):
                while len(seen) < _MOST:
                    values = best.as_json().items()
                    moves = {name: v * step**p for (name, v), p in zip(values, powers, strict=True)}
                    other = type(best).from_json(moves)
                    if known(other) <= known(best) + worth:
                        break
                    best, moved = other, True
    return best, known(best)
