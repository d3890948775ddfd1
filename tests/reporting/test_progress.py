from __future__ import annotations

import math

import pytest

from recon_cli.engine.result import Status
from recon_cli.reporting.progress import follow_solver, solver_total


def test_a_bar_follows_the_gap_and_never_goes_back() -> None:
    """A second minimum begins with a large gap again."""
    places: list[float] = []
    show = follow_solver(lambda place, _: places.append(place), None, 1e-3)
    for gap in (0.9, 0.1, 0.03, 0.8, 0.02, 1e-3, 9e-4):
        show(Status(1, 5.0, gap))
    assert places == sorted(places)
    assert places[0] == 0
    assert places[2] == places[3] > places[1]
    assert places[4] > places[3]
    assert places[-2:] == [pytest.approx(solver_total(None))] * 2


def test_a_bar_waits_while_nothing_can_be_said_of_the_distance() -> None:
    """The first images of a minimum that has to settle are infinitely far from it."""
    places: list[float] = []
    show = follow_solver(lambda place, _: places.append(place), None, 0.1)
    for change in (math.inf, math.inf, 8.0, 1.0, 0.1):
        show(Status(1, None, None, change))
    assert places[:3] == [0, 0, 0]
    assert 0 < places[3] < 1
    assert places[4] == pytest.approx(1)


def test_a_fixed_number_of_steps_is_counted() -> None:
    places: list[float] = []
    show = follow_solver(lambda place, _: places.append(place), 3, None)
    for step in (1, 2, 3):
        show(Status(step, 5.0, 0.5))
    assert places == [1, 2, 3]
    assert solver_total(3) == 3


def test_a_status_says_where_the_solver_is() -> None:
    notes: list[str] = []
    show = follow_solver(lambda _, note: notes.append(note), None, 1e-3)
    show(Status(20, 300.25, 0.0123))
    show(Status(21))
    assert notes == [f"iteration {iteration}  J 300.25  gap 1.2e-02" for iteration in (20, 21)]
