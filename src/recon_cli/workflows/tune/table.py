"""What a search has evaluated so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...models.tuned import Tuned
from .budget import Budget
from .criteria import Criterion
from .evaluation import Evaluation, better
from .log import SearchLog
from .parallel import Workers

Callback = Callable[[Evaluation, Evaluation | None], None]


class OutOfBudgetError(Exception):
    """The budget does not allow for another evaluation."""


class Table:
    """Evaluations in the order of the search; what the log knows is not done again.

    Attributes:
        evaluations: by their parameters.
        best: the best one, or None.
    """

    def __init__(
        self,
        workers: Workers,
        log: SearchLog,
        budget: Budget,
        criterion: Criterion,
        callback: Callback | None = None,
    ) -> None:
        """Start with nothing.

        Args:
            workers: evaluate.
            log: knows what an earlier run evaluated.
            budget: the limit.
            criterion: decides which is the best.
            callback: called with each evaluation and the best one.
        """
        self.evaluations: dict[Tuned, Evaluation] = {}
        self.best: Evaluation | None = None
        self._workers = workers
        self._log = log
        self._budget = budget
        self._criterion = criterion
        self._callback = callback

    def evaluate(self, chains: Sequence[Sequence[Tuned]]) -> None:
        """Evaluate chains of points that are not in the table.

        A chain that the log does not hold whole is done again from its beginning, since its points start
        from each other.

        Raises:
            OutOfBudgetError: when the budget ends before the chains do.
        """
        known = dict(self._log.known)
        left = self._budget.left(len(self.evaluations))
        allowed: list[Sequence[Tuned]] = []
        for chain in chains:
            part = chain[: int(min(left, len(chain)))]
            left -= len(part)
            allowed += [part] if part else []
        new = self._workers.run([c for c in allowed if not all(p in known for p in c)], self.best)
        for chain in allowed:
            done = all(point in known for point in chain)
            for point in chain:
                self._record(known[point] if done else next(new))
                if self._budget.left(0) <= 0:
                    raise OutOfBudgetError
        if sum(map(len, allowed)) < sum(map(len, chains)):
            raise OutOfBudgetError

    def _record(self, evaluation: Evaluation) -> None:
        self._log.record(evaluation)
        self.evaluations[evaluation.parameters] = evaluation
        if better(self._criterion, evaluation, self.best):
            self.best = evaluation
        if self._callback:
            self._callback(evaluation, self.best)
