from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_cli.models.tuned import Level, Tuned, at_level

LEVELS = [
    Level(5, Tuned(0.2, 1e-4), 37.0),
    Level(10, Tuned(0.4, 2e-4), 33.0),
    Level(40, Tuned(0.5, 8e-4), 25.0),
]


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_is_met(level: Level) -> None:
    found = at_level(LEVELS, level.sigma)
    assert found is not None
    assert found.as_json() == pytest.approx(level.as_json())


def test_between_two_levels_the_logarithms_are_linear() -> None:
    found = at_level(LEVELS, 20)  # halfway from 10 to 40
    assert found is not None
    assert found.tuned.beta == pytest.approx((0.4 * 0.5) ** 0.5)
    assert found.tuned.lam == pytest.approx(4e-4)
    assert found.psnr == pytest.approx(29)


def test_beyond_the_ends_the_line_goes_on_for_a_while() -> None:
    low, high = at_level(LEVELS, 2.5), at_level(LEVELS, 80)
    assert low is not None
    assert high is not None
    assert low.tuned.lam == pytest.approx(0.5e-4)
    assert high.tuned.lam == pytest.approx(16e-4)
    assert (
        at_level(LEVELS, 1.24) is at_level(LEVELS, 81) is at_level(LEVELS[:1], 5) is at_level([], 5) is None
    )


def test_the_tolerance_goes_along() -> None:
    levels = [Level(5, Tuned(0.2, 1e-4, 0.02), 37.0), Level(20, Tuned(0.2, 1e-4, 0.08), 30.0)]
    found = at_level(levels, 10)
    assert found is not None
    assert found.tuned.tol == pytest.approx(0.04)


@given(st.floats(5, 40))
def test_a_value_lies_between_its_neighbours(sigma: float) -> None:
    found = at_level(LEVELS, sigma)
    assert found is not None
    assert 0.2 * (1 - 1e-9) <= found.tuned.beta <= 0.5 * (1 + 1e-9)
    assert 25 - 1e-9 <= found.psnr <= 37 + 1e-9


@pytest.mark.parametrize(
    "change", [{"sigma": 0}, {"sigma": float("inf")}, {"psnr": float("nan")}, {"lam": -1}, {"more": 1}]
)
def test_values_out_of_range_are_refused(change: dict[str, float]) -> None:
    assert Level.from_json(LEVELS[0].as_json(), Tuned) == LEVELS[0]
    with pytest.raises((ValueError, TypeError)):
        Level.from_json(LEVELS[0].as_json() | change, Tuned)
