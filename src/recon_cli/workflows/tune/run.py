"""A whole tuning: the subject, the search, its log, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...models.tuned import Tuned
from ..calibrate import starting_point
from .budget import Budget
from .evaluation import TOLERANCE, Evaluation, Subject
from .grid import Axis, Grid, around
from .log import SearchLog, fingerprint
from .parallel import Workers
from .search import search_by_climbing, search_grid
from .table import Callback, Table

if TYPE_CHECKING:
    from ...models.dictionary import Dictionary
    from ...solver import Mode
    from .criteria import Criterion, Kind

_MRI = Tuned(0.04, 3.5e-4)


@dataclass(frozen=True)
class Search:
    """How parameters are sought.

    Attributes:
        start: what is usual; the middle of ranges that are not given, and where a climb begins.
        grid: beta and lam; None climbs instead.
        budget: the limit.
        jobs: number of processes.
        log: file of the evaluations, or None.
        resume: whether to go on with the log.
    """

    start: Tuned
    grid: Grid | None
    budget: Budget
    jobs: int = 1
    log: Path | None = None
    resume: bool = False


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes:
        best: the best evaluation.
        evaluations: all, in order.
        ended: whether the search came to its end within its budget.
    """

    best: Evaluation
    evaluations: tuple[Evaluation, ...]
    ended: bool


def usual(kind: Kind, mode: Mode, dictionary: Dictionary, sigma: float) -> Tuned:
    """Return where a search begins: the dictionary's parameters, or what is usual; sigma for denoising."""
    if kind == "denoise":
        return starting_point(mode, dictionary, sigma)
    return dictionary.tuned.get(f"mri-{mode}", _MRI)


def choose_grid(start: Tuned, betas: Axis | None, lams: Axis | None, criterion: Criterion) -> Grid:
    """Complete the ranges that the user left out.

    The discrepancy is one equation, which fixes one parameter: without a range for lam, lam is `start`'s.
    """
    if lams is None:
        lams = Axis(start.lam, start.lam, 1) if criterion.name == "discrepancy" else around(start.lam)
    return Grid(betas or around(start.beta), lams)


def caveats(criterion: Criterion, grid: Grid | None) -> list[str]:
    """Return what the user should know of a search before it begins."""
    fixed = grid and min(grid.betas.count, grid.lams.count) == 1
    if criterion.name != "discrepancy" or fixed:
        return []
    return [
        "the discrepancy is one equation for two parameters; fix one, as --lams 3e-4, for a definite answer"
    ]


def tune(
    subject: Subject,
    dictionary: Dictionary,
    search: Search,
    settings: dict[str, Any],
    callback: Callback | None = None,
    say: Callable[[str], None] | None = None,
) -> Found:
    """Search for the best parameters.

    Args:
        subject: the images and the criterion.
        dictionary: the model.
        search: how.
        settings: plain JSON values besides those that decide the evaluations, for the log's fingerprint.
        callback: called with each evaluation and the best one.
        say: called with sentences for the user.

    Returns:
        What was found.

    Raises:
        ReconError: when the log belongs to another search, or an image is smaller than a patch.
    """
    grid = search.grid and [
        [axis.low, axis.high, axis.count] for axis in (search.grid.betas, search.grid.lams)
    ]
    decisive = settings | {
        "criterion": subject.criterion.name,
        "mode": subject.mode,
        "start": search.start.as_json(),
        "grid": grid,
        "tolerance": TOLERANCE,
    }
    arrays = [*dictionary.learned, *(array for case in subject.cases for array in case.arrays())]
    mark = fingerprint(decisive, arrays)
    with SearchLog(search.log, mark, search.resume) as log, Workers(subject, search.jobs) as workers:
        table = Table(workers, log, search.budget, subject.criterion, callback)
        if search.grid:
            ended = search_grid(table, subject.criterion, search.grid, search.start.tol, say)
        else:
            ended = search_by_climbing(table, search.start, subject.mode, subject.criterion)
    assert table.best is not None
    return Found(table.best, tuple(table.evaluations.values()), ended)
