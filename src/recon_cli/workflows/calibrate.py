"""Find the strengths that a prior does best with, on images with a clean reference, by a climb."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..modes import Mode
from ..solver import Solver
from .tune.climb import RATIOS, Directions, P, climb
from .tune.evaluation import Starts, try_strengths

if TYPE_CHECKING:
    from ..device import Device
    from ..priors.prior import Prior
    from .tune.case import Case

_LIMIT = {"unrolled": 1, "early-stop": 40, "settled": 200, "full": 500}
"""Iterations with a dictionary."""
_LIMIT_OF_OTHERS = 300
_RATIOS = {"crr": (1.5, 1.2, 1.06)}
"""By the name of the prior, where it is not `RATIOS`."""
_WORTH = {"model": 0.005, "crr": 0.002}
"""Least gain of a move, in dB: along equal beta * lam a search would wander far, to slower problems."""


def climbing_solver(
    prior: Prior, mode: Mode = "settled", device: Device = "auto", tolerance: float | None = None
) -> Solver:
    """Return the solver of a climb, as accurate as it needs.

    Args:
        prior: whose strengths are sought.
        mode: of a dictionary, whose strengths are sought.
        device: of the computation.
        tolerance: None takes what is usual.
    """
    if prior.name != "model":
        return Solver("full", tolerance, _LIMIT_OF_OTHERS, device)
    return Solver(mode, tolerance, _LIMIT[mode], device)


def calibrate(
    cases: Sequence[Case],
    prior: Prior,
    solver: Solver,
    start: P,
    *,
    ratios: Sequence[float] | None = None,
    directions: Directions | None = None,
    callback: Callable[[P, float], None] | None = None,
) -> tuple[P, float]:
    """Climb to the best mean of a criterion whose large values are good.

    For early stopping the tolerance of its stop rule is one of the strengths: coordinate descent to the
    paper's 1e-4 ends near the minimum, and the best images lie on the way.

    Args:
        cases: measurements with clean images.
        prior: whose strengths are sought, its model read.
        solver: mode, tolerance and limits.
        start: where the search begins.
        ratios: see `climb`; None takes what suits the prior.
        directions: likewise.
        callback: called with each point and its mean criterion.

    Returns:
        The best point and its mean criterion.
    """
    last: Starts = [None] * len(cases)

    def score(point: P) -> float:
        nonlocal last
        trials = try_strengths(cases, prior, solver, point, last)
        if solver.mode != "settled":  # which sees how far the image has come since its start
            last = [trial.done for trial in trials]
        return float(np.mean([value for trial in trials for value in trial.values]))

    ratios = ratios or _RATIOS.get(prior.name, RATIOS)
    return climb(start, score, directions, ratios, callback, _WORTH.get(prior.name, 0.0))
