from __future__ import annotations

import math

import pytest

from recon_cli.errors import ReconError
from recon_cli.modes import Mode, strengths_mode
from recon_cli.solver import Solver


@pytest.mark.parametrize("value", [0.0, -1.0, math.inf, math.nan])
def test_the_tolerance_has_to_be_positive(value: float) -> None:
    with pytest.raises(ReconError, match="--tol has to be a positive number") as refused:
        Solver(tolerance=value)
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("name", ["steps", "max_iterations"])
def test_counts_have_to_be_at_least_one(name: str) -> None:
    with pytest.raises(ReconError, match="have to be at least 1"):
        Solver(**{name: 0})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("mode", "settled, full, early-stop, unrolled"),
        ("algorithm", "admm, ipalm"),
        ("inner", "exact, fista"),
    ],
)
def test_words_that_are_not_known_are_refused(name: str, known: str) -> None:
    with pytest.raises(ReconError, match=f"^{name} is one of {known}, and is 'ful'$") as refused:
        Solver(**{name: "ful"})  # type: ignore[arg-type]
    assert refused.value.exit_code == 2


def test_the_paper_s_algorithm_finds_the_full_minimum_alone() -> None:
    assert Solver("full", algorithm="ipalm").words == "ipalm"
    with pytest.raises(ReconError, match="ipalm goes with the mode full"):
        Solver(algorithm="ipalm")


def test_two_modes_look_for_the_minimum() -> None:
    modes: tuple[Mode, ...] = ("settled", "full", "early-stop", "unrolled")
    assert [Solver(mode).is_minimum for mode in modes] == [True, True, False, False]
    assert [strengths_mode(mode) for mode in modes] == ["full", "full", "early-stop", "unrolled"]
    assert Solver().mode == "settled"


def test_a_count_takes_the_place_of_the_tolerance() -> None:
    assert Solver(max_iterations=7).limits(0.1) == (0.1, 7)
    assert Solver(count=5).limits(0.1) == (0.0, 5)
    assert (Solver().fixed_steps, Solver("unrolled", steps=3).fixed_steps) == (None, 3)
