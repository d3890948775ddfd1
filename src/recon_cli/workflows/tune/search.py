"""The searches: a grid from coarse to fine, and a climb."""

from __future__ import annotations

from collections.abc import Callable

from ...models.tuned import Positive
from .climb import climb
from .criteria import Criterion
from .grid import Grid, Place, rows, serpentine
from .table import OutOfBudgetError, Table

_MOVES = 8
"""Most moves of the best point at one spacing, and most looks along the ridge: without a limit a
criterion that has no best point would go on for ever. Moves that are not worth it end sooner, since along
the ridge ever smaller gains lead to ever slower problems."""
_MANY, _SPARSE = 100, 10
"""A grid of more points begins with every tenth value of each strength: once a good point is known,
hopeless ones are given up early."""


def search_grid(
    table: Table,
    criterion: Criterion,
    grid: Grid,
    start: Positive,
    say: Callable[[str], None] | None = None,
) -> bool:
    """Evaluate the grid, go on where its edge is best, then between its values around the best point.

    Of two strengths quality is a ridge of about equal product, which a coarse grid meets at some of its
    points only; the search ends where the best point is also the best along that line.

    Args:
        table: takes the evaluations.
        criterion: says which gain is worth a move.
        grid: the strengths.
        start: strengths that the grid does not hold stay as they are here.
        say: called with a sentence on each widening.

    Returns:
        Whether the search ended, and not its budget.
    """
    search = _GridSearch(table, criterion, grid, start)
    try:
        search.coarse()
        search.refine(say or (lambda _: None))
    except OutOfBudgetError:
        return False
    return True


class _GridSearch:
    def __init__(self, table: Table, criterion: Criterion, grid: Grid, start: Positive) -> None:
        self.table, self.criterion, self.grid, self.start = table, criterion, grid, start
        self.places: dict[Positive, Place] = {}

    def coarse(self) -> None:
        places, few = self.grid.coarse(), self.grid.coarse(_SPARSE)
        if len(places) > _MANY:
            self._evaluate(rows(few))
            places -= few
        self._evaluate(rows(places))

    def refine(self, say: Callable[[str], None]) -> None:
        for level in range(self.grid.depth + 1):
            self._settle(level, say)
        for _ in range(_MOVES):
            before = self._value()
            self._evaluate(serpentine(self.grid.ridge(self._best()) - set(self.places.values())))
            if not self.criterion.gains(self._value(), before):
                return
            self._settle(self.grid.depth, say)

    def _settle(self, level: int, say: Callable[[str], None]) -> None:
        for _ in range(_MOVES):
            best, before = self._best(), self._value()
            new = self.grid.neighbours(best, level) - set(self.places.values())
            if not new:
                return
            if level == 0:
                self._tell(best, say)
            self._evaluate(serpentine(new))
            if not self.criterion.gains(self._value(), before):
                return

    def _tell(self, best: Place, say: Callable[[str], None]) -> None:
        for (name, axis), index in zip(self.grid.axes.items(), best, strict=True):
            if axis.is_edge(index):
                say(f"the best {name}, {axis.value(index):g}, lies on the edge of the grid, which is widened")

    def _best(self) -> Place:
        assert self.table.best is not None
        return self.places[self.table.best.strengths]

    def _value(self) -> float:
        assert self.table.best is not None
        return self.table.best.value

    def _evaluate(self, chains: list[list[Place]]) -> None:
        points = [[self._strengths(place) for place in chain] for chain in chains]
        for chain, chosen in zip(chains, points, strict=True):
            self.places |= dict(zip(chosen, chain, strict=True))
        self.table.evaluate(points)

    def _strengths(self, place: Place) -> Positive:
        return self.start.from_json(self.start.as_json() | self.grid.point(place))


def search_by_climbing(table: Table, criterion: Criterion, start: Positive) -> bool:
    """Climb to the best point from a start, along the tolerance of early stopping, too.

    Args:
        table: takes the evaluations.
        criterion: says whether large values are good.
        start: where it begins.

    Returns:
        Whether the search ended, and not its budget.
    """

    def score(point: Positive) -> float:
        table.evaluate([[point]])
        value = table.evaluations[point].value
        return value if criterion.larger else -value

    try:
        climb(start, score)
    except OutOfBudgetError:
        return False
    return True
