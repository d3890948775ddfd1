"""What a solver reports on its way and what it returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor

from .problem import Codes


class Status(NamedTuple):
    """The state of a solver after an iteration.

    Attributes:
        iteration: counted from 1.
        objective: J summed over the batch.
        gap: certified relative duality gap, the largest of the batch; None when not computed.
        change: the number that the solver's own stop rule looks at; None when it has none.
    """

    iteration: int
    objective: float
    gap: float | None = None
    change: float | None = None


Callback = Callable[[Status], None]


@dataclass(frozen=True)
class Result:
    """A solver's answer.

    Attributes:
        image: `(batch, height, width)` on the grid of the problem, in [0, 1].
        codes: the sparse codes that belong to it.
        iterations: how many were done.
        objective: J summed over the batch.
        gap: certified relative duality gap at the answer, the largest of the batch.
        converged: whether the stop rule was met within the allowed iterations.
        history: the status of each reported iteration.
        box_dual: multiplier of the image's domain, of the image's shape, for a warm start of joint ADMM.
    """

    image: Tensor
    codes: Codes
    iterations: int
    objective: float
    gap: float
    converged: bool
    history: tuple[Status, ...]
    box_dual: Tensor | None = None
