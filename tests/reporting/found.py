from __future__ import annotations

from recon_cli.models.tuned import Tuned
from recon_cli.workflows.tune.evaluation import Evaluation
from recon_cli.workflows.tune.run import SearchResult


def found(larger: bool = True, count: int = 16, tol: float | None = None) -> SearchResult:
    """A search over a square of points, every fourth given up, the best one at beta 0.2."""
    evaluations = []
    for index in range(count):
        point = Tuned(0.1 * 2.0 ** (index % 4), 1e-4 * 2.0 ** (index // 4), tol)
        value = 28 - 0.3 * abs(index - 5) if larger else 0.001 * (1 + abs(index - 5))
        evaluations.append(Evaluation(point, value, 28.0, 25, index % 4 == 3))
    return SearchResult(evaluations[min(5, count - 1)], tuple(evaluations), ended=True)
