"""A climb to the best point of a function of positive numbers, along some directions."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from ...models.tuned import Positive

P = TypeVar("P", bound=Positive)
RATIOS = (2.0, 1.4, 1.15)
"""Of neighbouring points of the lattice, from coarse to fine."""
Directions = Sequence[tuple[int, ...]]
"""Steps in the logarithms of the strengths."""
_DIRECTIONS: dict[int, Directions] = {
    1: ((1,),),
    2: ((1, 0), (0, 1), (-1, 1)),
    3: ((1, 0, 0), (0, 1, 1), (0, 0, 1)),
}
"""By the number of strengths. Of two quality changes least at their equal product; a third one is the
tolerance of early stopping, whose best value grows with lam."""
_MOST = 60
"""Points of a search: where a prior is so poor that the climb does not end, it is broken off."""


def climb(
    start: P,
    score: Callable[[P], float],
    directions: Directions | None = None,
    ratios: Sequence[float] = RATIOS,
    callback: Callable[[P, float], None] | None = None,
    worth: float = 0.0,
) -> tuple[P, float]:
    """Climb along some directions, over a lattice in the logarithms that is refined step by step.

    Args:
        start: where the search begins.
        score: what is to be large.
        directions: of the moves, in the logarithms of what `as_json` holds; None takes what suits so many.
        ratios: of neighbouring points of the lattice, from coarse to fine.
        callback: called with each new point and its score.
        worth: a move has to gain more than this.

    Returns:
        The best point and its score.
    """
    directions = directions or _DIRECTIONS[len(start.as_json())]
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
                    other = best.from_json(moves)
                    if known(other) <= known(best) + worth:
                        break
                    best, moved = other, True
    return best, known(best)
