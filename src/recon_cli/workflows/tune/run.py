"""A whole tuning: the objective, the search, its log, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...executor import Executor, Runner
from .budget import Budget
from .evaluation import Evaluation, Objective
from .grid import Axis, Grid, around
from .log import SearchLog, fingerprint
from .search import search_by_climbing, search_grid
from .table import Callback, Table

if TYPE_CHECKING:
    from ...models.tuned import Positive
    from .criteria import Criterion


@dataclass(frozen=True)
class Search:
    """How strengths are sought.

    Attributes:
        start: what is usual; the middle of ranges that are not given, and where a climb begins.
        grid: of the strengths; None climbs instead.
        budget: the limit.
        log: file of the evaluations, or None.
        resume: whether to go on with the log.
    """

    start: Positive
    grid: Grid | None
    budget: Budget
    log: Path | None = None
    resume: bool = False


@dataclass(frozen=True)
class SearchResult:
    """What a search found.

    Attributes:
        best: the best evaluation.
        evaluations: all, in order.
        ended: whether the search came to its end within its budget.
    """

    best: Evaluation
    evaluations: tuple[Evaluation, ...]
    ended: bool


def searched(start: Positive) -> dict[str, float]:
    """Return the strengths that a grid searches, by name: all but the tolerance."""
    return {name: value for name, value in start.as_json().items() if name != "tol"}


def choose_grid(start: Positive, ranges: Mapping[str, Axis], criterion: Criterion) -> Grid:
    """Complete the ranges that the user left out.

    The discrepancy is one equation, which fixes one strength: of two the second is that of `start` where it
    has no range.
    """
    axes = {name: ranges.get(name) or around(value) for name, value in searched(start).items()}
    *first, last = axes
    if criterion.name == "discrepancy" and first and last not in ranges:
        value = searched(start)[last]
        axes[last] = Axis(value, value, 1)
    return Grid(axes)


def caveats(start: Positive, grid: Grid | None, criterion: Criterion) -> list[str]:
    """Return what the user should know of a search before it begins."""
    *first, last = searched(start)
    fixed = grid and min(axis.count for axis in grid.axes.values()) == 1
    if criterion.name != "discrepancy" or fixed or not first:
        return []
    example = f"--{last}s {searched(start)[last]:.2g}"
    return [
        f"the discrepancy is one equation for two parameters; fix one, as {example}, for a definite answer"
    ]


def tune(
    objective: Objective,
    search: Search,
    settings: dict[str, Any],
    callback: Callback | None = None,
    say: Callable[[str], None] | None = None,
    executor: Runner | None = None,
) -> SearchResult:
    """Search for the best strengths.

    Args:
        objective: the images, the criterion and the prior.
        search: how.
        settings: plain JSON values besides those that decide the evaluations, for the log's fingerprint.
        callback: called with each evaluation and the best one.
        say: called with sentences for the user.
        executor: runs chains of evaluations; this process when left out.

    Raises:
        ReconError: when the log belongs to another search, or an image is smaller than a patch.
    """
    axes = search.grid.axes if search.grid else {}
    decisive = settings | {
        "criterion": objective.criterion.name,
        "method": objective.prior.name,
        "mode": objective.mode,
        "start": search.start.as_json(),
        "grid": {name: [axis.low, axis.high, axis.count] for name, axis in axes.items()},
        "tolerance": objective.solver.tolerance,
    }
    arrays = [array for case in objective.cases for array in case.arrays()]
    mark = fingerprint(decisive, [*objective.prior.learned, *arrays])
    log = SearchLog(search.log, mark, search.resume, type(search.start))
    executor = executor or Executor()
    executor.share(objective)
    with log:
        table = Table(executor, objective, log, search.budget, callback)
        if search.grid:
            ended = search_grid(table, objective.criterion, search.grid, search.start, say)
        else:
            ended = search_by_climbing(table, objective.criterion, search.start)
    assert table.best is not None
    return SearchResult(table.best, tuple(table.evaluations.values()), ended)
