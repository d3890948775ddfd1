from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from recon_cli.errors import ReconError
from recon_cli.models.penalties import Penalties, shares

KNOTS = (1.0, 5.0, 25.0)


@given(st.floats(0.1, 200))
def test_the_shares_interpolate_over_the_logarithm(sigma: float) -> None:
    weights = shares(KNOTS, sigma)
    assert float(weights.sum()) == pytest.approx(1)
    assert float(weights.min()) >= 0
    logs = torch.tensor(KNOTS).log()
    assert float(weights @ logs) == pytest.approx(math.log(min(max(sigma, 1), 25)), abs=1e-5)
    assert int(weights.count_nonzero()) <= 2


def test_a_single_level_holds_everywhere() -> None:
    values = torch.linspace(0.5, 1.5, 6)
    penalties = Penalties((25,), values[None])
    for sigma in (1, 25, 80):
        torch.testing.assert_close(penalties.at(sigma), values)


def test_penalties_between_two_levels_are_geometric_means() -> None:
    values = torch.tensor([[1.0, 4.0], [0.25, 1.0]])
    torch.testing.assert_close(Penalties((4, 16), values).at(8), torch.tensor([0.5, 2.0]))


@pytest.mark.parametrize(
    "values",
    [torch.ones(20), torch.ones(1, 19), torch.ones(2, 20), torch.zeros(1, 20), torch.full((1, 20), torch.nan),
     torch.ones(1, 20).double()],
)  # fmt: skip
def test_values_out_of_range_are_refused(values: torch.Tensor) -> None:
    with pytest.raises(ReconError, match="x holds penalties that are not a positive float32 number for each"):
        Penalties.checked([25], values, 20, "x")


@pytest.mark.parametrize("knots", [[], [5, 5], [25, 5]])
def test_levels_that_do_not_rise_are_refused(knots: list[float]) -> None:
    with pytest.raises(ReconError, match="noise levels of penalties that do not rise"):
        Penalties.checked(knots, torch.ones(len(knots), 20), 20, "x")
