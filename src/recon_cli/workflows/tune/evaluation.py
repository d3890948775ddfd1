"""One evaluation: the criterion of a set of images at some parameters, as cheaply as it can be had."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ...models.tuned import Tuned
from .criteria import Criterion

if TYPE_CHECKING:
    from ...engine.priors.dictionary.solution import PatchSolution
    from ...solver import Mode

TOLERANCE = 1e-2
"""Certified gap of the mode `full` in a search: near the best point PSNR is then within 0.005 dB."""
_GLANCE = 5
"""Iterations of each of two looks, after which a hopeless point is given up, if it started near its result:
from a cold start the best point looks hopeless, too."""
_MOST = {"full": 500, "early-stop": 200, "unrolled": 1}


class Outcome(NamedTuple):
    """What a case gives.

    Attributes:
        values: of the criterion, one an image.
        psnrs: in dB, where clean images are known, else empty.
        result: of the solver.
    """

    values: list[float]
    psnrs: list[float]
    result: PatchSolution


class Case(Protocol):
    """Images that are solved together."""

    def solve(self, parameters: Tuned, most: int, start: PatchSolution | None) -> Outcome:
        """Reconstruct with at most so many iterations, where possible from an earlier result."""

    def arrays(self) -> list[NDArray[Any]]:
        """Return all data that decide the outcome."""


@dataclass(frozen=True)
class Subject:
    """What parameters are sought for.

    Attributes:
        cases: the images.
        criterion: what is optimised.
        mode: of the solver.
        warm: whether a point starts from the result of the one before.
        reject: whether hopeless points are given up.
    """

    cases: tuple[Case, ...]
    criterion: Criterion
    mode: Mode
    warm: bool = True
    reject: bool = True


class Evaluation(NamedTuple):
    """A line of the table.

    Attributes:
        parameters: beta, lam and, where it matters, tol.
        value: mean of the criterion over the images.
        psnr: mean in dB, where clean images are known.
        iterations: of the solver, summed over the cases.
        rejected: given up after a few iterations, which `value` belongs to.
    """

    parameters: Tuned
    value: float
    psnr: float | None
    iterations: int
    rejected: bool


def tolerance_of(mode: Mode) -> float | None:
    """Return the tolerance of a search, None where the mode's own serves."""
    return TOLERANCE if mode == "full" else None


def better(criterion: Criterion, new: Evaluation, best: Evaluation | None) -> bool:
    """Return whether an evaluation is the best one from now on."""
    return not new.rejected and (best is None or criterion.better(new.value, best.value))


def evaluate_chain(
    subject: Subject, points: Sequence[Tuned], best: Evaluation | None
) -> Iterator[Evaluation]:
    """Evaluate points that lie near each other, each one starting from the one before.

    Args:
        subject: what is evaluated.
        points: the parameters, in order.
        best: the best evaluation before the chain.

    Yields:
        An evaluation a point.
    """
    starts: list[PatchSolution | None] = [None] * len(subject.cases)
    for point in points:
        evaluation, results = _evaluate(subject, point, starts, best)
        if better(subject.criterion, evaluation, best):
            best = evaluation
        if subject.warm and subject.mode == "full":
            starts = results
        yield evaluation


def _evaluate(
    subject: Subject, point: Tuned, starts: list[PatchSolution | None], best: Evaluation | None
) -> tuple[Evaluation, list[PatchSolution | None]]:
    most = _MOST[subject.mode]
    pairs = list(zip(subject.cases, starts, strict=True))
    glimpsed = 0
    rejected = False
    if (
        subject.reject
        and subject.mode == "full"
        and best is not None
        and None not in starts
        and subject.criterion.margin is not None
    ):
        early = [case.solve(point, _GLANCE, start) for case, start in pairs]
        pairs = [(case, look.result) for case, look in zip(subject.cases, early, strict=True)]
        glances = [case.solve(point, _GLANCE, start) for case, start in pairs]
        glimpsed = sum(look.result.iterations for look in early + glances)
        rejected = subject.criterion.hopeless(_mean(early), _mean(glances), best.value)
        pairs = [(case, glance.result) for case, glance in zip(subject.cases, glances, strict=True)]
    outcomes = glances if rejected else [case.solve(point, most, start) for case, start in pairs]
    spent = glimpsed + sum(outcome.result.iterations for outcome in outcomes if not rejected)
    psnrs = [value for outcome in outcomes for value in outcome.psnrs]
    psnr = float(np.mean(psnrs)) if psnrs else None
    evaluation = Evaluation(point, _mean(outcomes), psnr, spent, rejected)
    return evaluation, [outcome.result for outcome in outcomes]


def _mean(outcomes: list[Outcome]) -> float:
    return float(np.mean([value for outcome in outcomes for value in outcome.values]))
