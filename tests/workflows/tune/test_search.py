from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from recon_cli.models.tuned import Tuned
from recon_cli.priors.one_parameter import OneParameter
from recon_cli.workflows.tune.budget import Budget
from recon_cli.workflows.tune.criteria import CRITERIA
from recon_cli.workflows.tune.evaluation import Evaluation, Objective, search_solver
from recon_cli.workflows.tune.grid import Axis, Grid
from recon_cli.workflows.tune.log import SearchLog
from recon_cli.workflows.tune.search import search_by_climbing, search_grid
from recon_cli.workflows.tune.table import OutOfBudgetError, Table

from .objectives import model

PSNR = CRITERIA["psnr"]
START = Tuned(0.3, 3e-4)


def _grid(betas: Axis, lams: Axis) -> Grid:
    return Grid({"beta": betas, "lam": lams})


GRID = _grid(Axis(0.1, 1.6, 5), Axis(7.5e-5, 1.2e-3, 5))


class _Formula:
    """Stands for an executor: the criterion is a function of beta and lam."""

    def __init__(self, value: Callable[[float, float], float]) -> None:
        self.value = value
        self.asked: list[list[Tuned]] = []
        self.blind = 0

    def run(self, evaluate: partial[Any], chains: Sequence[Sequence[Tuned]]) -> Iterator[Evaluation]:
        self.blind += sum(map(len, chains)) if evaluate.keywords["best"] is None else 0
        for chain in chains:
            self.asked.append(list(chain))
            for p in chain:
                yield Evaluation(p, self.value(p.beta, p.lam), None, 20, False)


def _ridge(beta: float, lam: float) -> float:
    """Steep across beta * lam, flat along it: its top is at beta 0.9, lam 1.2e-4."""
    across, along = math.log(beta * lam / 1.08e-4), math.log(beta / lam / 7.5e3)
    return 28 - across**2 - 0.02 * along**2


def _peak(beta: float, lam: float) -> float:
    return -(math.log(beta / 0.53) ** 2) - math.log(lam / 2.2e-4) ** 2


def _of(formula: _Formula, log: SearchLog, budget: Budget, criterion: str = "psnr") -> Table:
    objective = Objective((), CRITERIA[criterion], model(), search_solver(model(), "full"))
    return Table(formula, objective, log, budget)  # type: ignore[arg-type]


def _table(value: Callable[[float, float], float], **budget: float) -> Table:
    log = SearchLog(None, "mark", False, Tuned)
    return _of(_Formula(value), log, Budget(**budget))


@pytest.mark.parametrize("value", [_ridge, _peak])
def test_the_search_ends_at_the_best_point_of_the_finest_grid(value: Callable[[float, float], float]) -> None:
    table = _table(value)
    assert search_grid(table, PSNR, GRID, START)
    assert table.best is not None
    steps = range(-8, 41)
    every = (GRID.point((i, j)).values() for i in steps for j in steps)
    assert table.best.value == pytest.approx(max(value(*point) for point in every), abs=0.003)
    assert len(table.evaluations) < 100


def test_a_ridge_that_rises_for_ever_by_next_to_nothing_is_not_followed() -> None:
    """As hold-out does along equal beta * lam, towards problems that are ever slower to solve."""

    def rising(beta: float, lam: float) -> float:
        return 28 - math.log(beta * lam / 1.2e-4) ** 2 - 2e-5 * math.log(lam)

    table = _table(rising)
    assert search_grid(table, PSNR, GRID, START)
    assert min(point.lam for point in table.evaluations) > 7.5e-5 / 16
    assert len(table.evaluations) < 80


def test_a_grid_that_is_fine_enough_is_evaluated_whole_and_no_more() -> None:
    table = _table(_peak)
    assert search_grid(table, PSNR, _grid(Axis(0.4, 0.7, 9), Axis(1.8e-4, 2.9e-4, 9)), START)
    assert len(table.evaluations) == 81


def test_a_large_grid_has_a_good_point_before_most_are_evaluated() -> None:
    """Which the others are given up against."""
    formula = _Formula(_peak)
    table = _of(formula, SearchLog(None, "mark", False, Tuned), Budget())
    assert search_grid(table, PSNR, _grid(Axis(0.3, 0.9, 13), Axis(1.2e-4, 3.6e-4, 13)), START)
    assert len(table.evaluations) == 169
    assert formula.blind == 4


def test_an_edge_that_holds_the_best_point_is_widened_and_said() -> None:
    table, said = _table(_peak), []
    search_grid(table, PSNR, _grid(Axis(2.0, 8.0, 3), Axis(7.5e-5, 1.2e-3, 5)), START, said.append)
    assert any("the best beta, 2, lies on the edge of the grid, which is widened" in text for text in said)
    assert table.best is not None
    assert table.best.strengths.beta == pytest.approx(0.53, rel=0.06)


def test_a_criterion_without_a_best_point_does_not_go_on_for_ever() -> None:
    table = _table(lambda beta, lam: beta)
    assert search_grid(table, PSNR, GRID, START)
    assert len(table.evaluations) < 1000


def test_the_tolerance_goes_with_every_point() -> None:
    table = _table(_peak)
    search_grid(table, PSNR, GRID, Tuned(0.3, 3e-4, 0.11))
    assert {p.tol for p in table.evaluations} == {0.11}


@pytest.mark.parametrize("most", [1, 7, 25, 31])
def test_the_budget_is_kept(most: int) -> None:
    table = _table(_peak, evaluations=most)
    assert not search_grid(table, PSNR, GRID, START)
    assert len(table.evaluations) == most


def test_no_time_left_ends_the_search_after_an_evaluation() -> None:
    table = _table(_peak, seconds=1e-9)
    assert not search_grid(table, PSNR, GRID, START)
    assert len(table.evaluations) <= 1


def test_a_larger_budget_goes_on_to_the_same_table(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    whole = _table(_peak)
    search_grid(whole, PSNR, GRID, START)
    for most in (12, math.inf):
        with SearchLog(path, "mark", True, Tuned) as log:
            again = _of(_Formula(_peak), log, Budget(evaluations=most))
            assert search_grid(again, PSNR, GRID, START) == (most > 12)
    assert list(again.evaluations.items()) == list(whole.evaluations.items())
    assert again.best == whole.best


def test_a_chain_is_done_whole_or_taken_from_the_log(tmp_path: Path) -> None:
    log = SearchLog(None, "mark", False, Tuned)
    chains = [[Tuned(0.1, 1e-3), Tuned(0.1, 1e-4)], [Tuned(0.2, 1e-3), Tuned(0.2, 1e-4)]]
    for point in (*chains[0], chains[1][0]):
        log.record(Evaluation(point, 1.0, None, 20, False))
    formula = _Formula(_peak)
    table = _of(formula, log, Budget())
    table.evaluate(chains)
    assert formula.asked == [chains[1]]
    assert list(table.evaluations) == [point for chain in chains for point in chain]


def test_the_climb_follows_the_direction_of_the_criterion() -> None:
    for name, sign in (("psnr", 1), ("sure", -1)):
        log = SearchLog(None, "mark", False, Tuned)
        formula = _Formula(lambda beta, lam, sign=sign: sign * _peak(beta, lam))  # type: ignore[misc]
        table = _of(formula, log, Budget(), name)
        assert search_by_climbing(table, CRITERIA[name], START)
        assert table.best is not None
        assert table.best.strengths.beta == pytest.approx(0.53, rel=0.16)


def test_one_strength_is_searched_between_and_beyond_its_values() -> None:
    class Hill(_Formula):
        def run(self, evaluate: partial[Any], chains: Sequence[Sequence[Any]]) -> Iterator[Evaluation]:
            for p in (point for chain in chains for point in chain):
                yield Evaluation(p, -(math.log(p.value / 0.37) ** 2), None, 20, False)

    log = SearchLog(None, "mark", False, OneParameter)
    table, said = _of(Hill(_peak), log, Budget()), []
    start = OneParameter("weight", 0.1)
    assert search_grid(table, PSNR, Grid({"weight": Axis(0.02, 0.2, 3)}), start, said.append)
    assert table.best is not None
    assert table.best.strengths.as_json()["weight"] == pytest.approx(0.37, rel=0.05)
    assert said[0] == "the best weight, 0.2, lies on the edge of the grid, which is widened"


def test_the_climb_keeps_its_budget() -> None:
    table = _table(_peak, evaluations=5)
    assert not search_by_climbing(table, PSNR, START)
    assert len(table.evaluations) == 5


def test_a_table_says_when_it_is_out_of_budget() -> None:
    with pytest.raises(OutOfBudgetError):
        _table(_peak, evaluations=1).evaluate([[Tuned(0.1, 1e-3), Tuned(0.1, 1e-4)]])
