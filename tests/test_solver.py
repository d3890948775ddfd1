from __future__ import annotations

import math

import pytest

from recon_cli.errors import ReconError
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
    [("mode", "full, early-stop, unrolled"), ("algorithm", "admm, ipalm"), ("inner", "exact, fista")],
)
def test_words_that_are_not_known_are_refused(name: str, known: str) -> None:
    with pytest.raises(ReconError, match=f"^{name} is one of {known}, and is 'ful'$") as refused:
        Solver(**{name: "ful"})  # type: ignore[arg-type]
    assert refused.value.exit_code == 2


def test_counts_take_the_place_of_the_tolerance() -> None:
    assert Solver(max_iterations=7).limits(0.1, 0) == (0.1, 7)
    assert [Solver(counts=(3, 5)).limits(0.1, which) for which in (0, 1)] == [(0.0, 3), (0.0, 5)]
    assert (Solver().fixed_steps, Solver("unrolled", steps=3).fixed_steps) == (None, 3)
