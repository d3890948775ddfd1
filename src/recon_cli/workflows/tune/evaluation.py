"""One evaluation: the criterion of a set of images at some strengths, as cheaply as it can be had."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ...device import Device
from ...models.tuned import Positive
from ...modes import Mode
from ...priors.prior import Prior
from ...reconstruction import Reconstruction
from ...solver import Solver
from .case import Case, Trial
from .criteria import Criterion

_GLANCE = 5
"""Iterations of each of two looks, after which a hopeless point is given up, if it started near its result:
from a cold start the best point looks hopeless, too."""
_MOST = {"settled": 500, "full": 500, "early-stop": 200, "unrolled": 1}
_HELD = 2.0
"""Grey levels from the minimum at which images have settled where k-space is held out. Of two scans of 64 x
64 pixels and 4 coils the same points were best as with the usual 0.6, in 22 to 46 % less processor time; to
go on from the neighbour's solution took longer.
"""
Starts = Sequence[Reconstruction | None]


@dataclass(frozen=True)
class Objective:
    """What a search makes as large or as small as it can: a criterion, as a function of a prior's strengths.

    Attributes:
        cases: the images.
        criterion: what is optimised.
        prior: whose strengths are sought, its model read.
        solver: mode, tolerance and limits of a search.
        warm: whether a point starts from the result of the one before.
        reject: whether hopeless points are given up.
    """

    cases: tuple[Case, ...]
    criterion: Criterion
    prior: Prior
    solver: Solver
    warm: bool = True
    reject: bool = True

    @property
    def mode(self) -> Mode:
        """Mode whose strengths are sought."""
        return self.solver.mode


class Evaluation(NamedTuple):
    """A line of the table.

    Attributes:
        strengths: of the prior.
        value: mean of the criterion over the images.
        psnr: mean in dB, where clean images are known.
        iterations: of the solver, summed over the cases.
        rejected: given up after a few iterations, which `value` belongs to.
    """

    strengths: Positive
    value: float
    psnr: float | None
    iterations: int
    rejected: bool


def search_solver(prior: Prior, mode: Mode, device: Device = "auto", *, held: bool = False) -> Solver:
    """Return the solver of a search, as accurate as it needs.

    Args:
        prior: whose strengths are sought.
        mode: whose strengths are sought.
        device: of the computation.
        held: whether k-space is held out, whose error changes less than the images.
    """
    settled = _HELD if held and mode == "settled" and prior.rough_gap is not None else None
    return Solver(mode, prior.rough_gap if mode == "full" else None, _MOST[mode], device, settled=settled)


def try_strengths(
    cases: Sequence[Case],
    prior: Prior,
    solver: Solver,
    strengths: Positive,
    starts: Starts,
) -> list[Trial]:
    """Reconstruct all cases with some strengths.

    Args:
        cases: the images.
        prior: whose strengths they are.
        solver: mode and limits, and the tolerance where it is none of the strengths.
        strengths: of the prior.
        starts: earlier reconstructions to go on from, one a case, or None.
    """
    solver = replace(solver, tolerance=strengths.as_json().get("tol", solver.tolerance))
    prior = prior.at(strengths)
    return [case.evaluate(prior, solver, start) for case, start in zip(cases, starts, strict=True)]


def better(criterion: Criterion, new: Evaluation, best: Evaluation | None) -> bool:
    """Return whether an evaluation is the best one from now on."""
    return not new.rejected and (best is None or criterion.better(new.value, best.value))


def evaluate_chain(
    chain: Sequence[Positive], objective: Objective, best: Evaluation | None
) -> Iterator[Evaluation]:
    """Evaluate points that lie near each other, each one starting from the one before.

    Args:
        chain: the strengths, in order.
        objective: what is evaluated.
        best: the best evaluation before the chain.

    Yields:
        An evaluation a point.
    """
    starts: Starts = [None] * len(objective.cases)
    for point in chain:
        evaluation, results = _evaluate(objective, point, starts, best)
        if better(objective.criterion, evaluation, best):
            best = evaluation
        if objective.warm and objective.mode == "full":
            starts = results
        yield evaluation


def _evaluate(
    objective: Objective, point: Positive, starts: Starts, best: Evaluation | None
) -> tuple[Evaluation, Starts]:
    criterion, prior, solver = objective.criterion, objective.prior, objective.solver
    glimpsed = 0
    rejected = False
    if (
        objective.reject
        and objective.mode == "full"
        and prior.rough_gap is not None
        and best is not None
        and None not in starts
        and criterion.margin is not None
    ):
        quick = replace(solver, max_iterations=_GLANCE)
        early = try_strengths(objective.cases, prior, quick, point, starts)
        glances = try_strengths(objective.cases, prior, quick, point, [look.done for look in early])
        glimpsed = sum(look.done.iterations for look in early + glances)
        rejected = criterion.hopeless(_mean(early), _mean(glances), best.value)
        starts = [glance.done for glance in glances]
    trials = glances if rejected else try_strengths(objective.cases, prior, solver, point, starts)
    spent = glimpsed + sum(trial.done.iterations for trial in trials if not rejected)
    psnrs = [value for trial in trials for value in trial.psnrs]
    psnr = float(np.mean(psnrs)) if psnrs else None
    return Evaluation(point, _mean(trials), psnr, spent, rejected), [trial.done for trial in trials]


def _mean(trials: list[Trial]) -> float:
    return float(np.mean([value for trial in trials for value in trial.values]))
