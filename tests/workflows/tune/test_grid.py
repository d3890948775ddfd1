from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_cli.errors import ReconError
from recon_cli.workflows.tune.grid import FINEST, Axis, Grid, around, parse_axis, rows, serpentine

axes = st.builds(
    lambda low, ratio, count: Axis(low, low * ratio, count),
    st.floats(1e-6, 1.0),
    st.floats(1.01, 1e4),
    st.integers(2, 30),
)
places = st.sets(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), max_size=60)


@given(axes)
def test_the_given_values_have_equal_ratios_and_both_ends(axis: Axis) -> None:
    values = [axis.value(index) for index in axis.coarse()]
    assert len(values) == axis.count
    assert values[0] == pytest.approx(axis.low, rel=1e-5)
    assert values[-1] == pytest.approx(axis.high, rel=1e-5)
    logs = [math.log(value) for value in values]
    assert [b - a for a, b in itertools.pairwise(logs)] == pytest.approx(
        [(logs[-1] - logs[0]) / (axis.count - 1)] * (axis.count - 1), abs=3e-5
    )


@given(axes)
def test_the_finest_grid_is_fine_enough_and_no_finer_than_needed(axis: Axis) -> None:
    assert math.exp(axis.step) <= FINEST + 1e-6
    assert axis.depth == 0 or math.exp(2 * axis.step) > FINEST - 1e-6
    assert axis.value(axis.stride(0)) / axis.low == pytest.approx(
        (axis.high / axis.low) ** (1 / (axis.count - 1)), rel=1e-5
    )


@given(axes, axes, st.tuples(st.integers(-50, 50), st.integers(-50, 50)), st.integers(0, 9))
def test_neighbours_lie_around_their_place(
    betas: Axis, lams: Axis, place: tuple[int, int], level: int
) -> None:
    near = Grid({"beta": betas, "lam": lams}).neighbours(place, level)
    assert len(near) == 9
    assert place in near
    assert {(2 * place[0] - i, 2 * place[1] - j) for i, j in near} == near


@given(axes, axes)
def test_the_ridge_keeps_the_product(betas: Axis, lams: Axis) -> None:
    grid = Grid({"beta": betas, "lam": lams})
    middle = math.prod(grid.point((0, 0)).values())
    assert grid.ridge((0, 0))
    for place in grid.ridge((0, 0)):
        assert abs(math.log(math.prod(grid.point(place).values()) / middle)) <= lams.step / 2 + 1e-4


@given(places)
def test_chains_hold_every_place_once_and_are_short(chosen: set[tuple[int, int]]) -> None:
    for order in (rows, serpentine):
        chains = order(chosen)
        assert sorted(place for chain in chains for place in chain) == sorted(chosen)
        assert all(1 <= len(chain) <= 64 for chain in chains)
    assert all(len({beta for beta, _ in chain}) == 1 for chain in rows(chosen))


def test_a_fixed_value_is_never_left() -> None:
    grid = Grid({"beta": around(0.4), "lam": Axis(3e-4, 3e-4, 1)})
    assert {grid.point(place)["lam"] for place in grid.neighbours((8, 0), 1)} == {3e-4}
    assert not grid.axes["lam"].is_edge(0)
    assert grid.ridge((8, 0)) == set()
    assert grid.depth == grid.axes["beta"].depth


def test_one_strength_has_neighbours_on_both_sides_and_is_one_chain() -> None:
    grid = Grid({"weight": Axis(0.01, 0.16, 5)})
    assert grid.coarse() == {(index,) for index in grid.axes["weight"].coarse()}
    assert grid.neighbours((8,), grid.depth) == {(7,), (8,), (9,)}
    assert grid.ridge((8,)) == set()
    assert rows(grid.coarse()) == serpentine(grid.coarse()) == [sorted(grid.coarse(), reverse=True)]
    assert grid.expected == 5 + 2 * grid.depth


def test_an_edge_is_known() -> None:
    axis = Axis(1.0, 16.0, 5)
    assert axis.is_edge(0)
    assert axis.is_edge(axis.coarse()[-1] + 1)
    assert not axis.is_edge(1)


def test_ranges_are_read() -> None:
    assert parse_axis("0.1:1:5", "--betas") == Axis(0.1, 1.0, 5)
    assert parse_axis("3e-4", "--lams") == Axis(3e-4, 3e-4, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "and is empty"),
        ("1:2", "lo:hi:n"),
        ("a:2:3", "lo:hi:n"),
        ("1:2:3.5", "lo:hi:n"),
        ("1:2:3:4", "lo:hi:n"),
        ("0:1:5", "positive numbers"),
        ("-1:1:5", "positive numbers"),
        ("1:inf:5", "positive numbers"),
        ("1:nan:5", "positive numbers"),
        ("2:1:5", "goes from 2 down to 1"),
        ("1:2:0", "n is 0"),
        ("1:2:-3", "n is -3"),
        ("1:2:1", "several values of a range"),
        ("1:1:4", "several values of a range"),
    ],
)
def test_a_bad_range_is_one_sentence(text: str, said: str) -> None:
    with pytest.raises(ReconError, match=r"^--betas") as caught:
        parse_axis(text, "--betas")
    assert said in str(caught.value)
    assert caught.value.exit_code == 2
