"""What a search has evaluated so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from ...executor import Runner
from ...models.tuned import Positive
from .budget import Budget
from .evaluation import Evaluation, Objective, better, evaluate_chain
from .log import SearchLog

Callback = Callable[[Evaluation, Evaluation | None], None]


class OutOfBudgetError(Exception):
    """The budget does not allow for another evaluation."""


class Table:
    """Evaluations in the order of the search; what the log knows is not done again.

    Attributes:
        evaluations: by their strengths.
        best: the best one, or None.
    """

    def __init__(
        self,
        executor: Runner,
        objective: Objective,
        log: SearchLog,
        budget: Budget,
        callback: Callback | None = None,
    ) -> None:
        """Start with nothing.

        Args:
            executor: runs chains of evaluations.
            objective: what is evaluated; its criterion decides which is the best.
            log: knows what an earlier run evaluated.
            budget: the limit.
            callback: called with each evaluation and the best one.
        """
        self.evaluations: dict[Positive, Evaluation] = {}
        self.best: Evaluation | None = None
        self._executor = executor
        self._objective = objective
        self._log = log
        self._budget = budget
        self._callback = callback

    def evaluate(self, chains: Sequence[Sequence[Positive]]) -> None:
        """Evaluate chains of points that are not in the table.

        A chain that the log does not hold whole is done again from its beginning, since its points start
        from each other.

        Raises:
            OutOfBudgetError: when the budget ends before the chains do.
        """
        known = dict(self._log.known)
        left = self._budget.left(len(self.evaluations))
        allowed: list[Sequence[Positive]] = []
        for chain in chains:
            part = chain[: int(min(left, len(chain)))]
            left -= len(part)
            allowed += [part] if part else []
        evaluate = partial(evaluate_chain, objective=self._objective, best=self.best)
        new = self._executor.run(evaluate, [c for c in allowed if not all(p in known for p in c)])
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
        self.evaluations[evaluation.strengths] = evaluation
        if better(self._objective.criterion, evaluation, self.best):
            self.best = evaluation
        if self._callback:
            self._callback(evaluation, self.best)
