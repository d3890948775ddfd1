from __future__ import annotations

import math

import pytest

from recon_cli.errors import ReconError
from recon_cli.priors.one_parameter import at_level
from recon_cli.priors.prior import known_level

RATIOS = {5.0: 0.4, 20.0: 0.9}


def test_levels_of_the_table_are_met_and_ratios_stay_beyond() -> None:
    for sigma, ratio in ((5, 0.4), (20, 0.9), (1, 0.4), (80, 0.9)):
        assert at_level(RATIOS, sigma) == pytest.approx(ratio * sigma / 255)


def test_between_levels_logarithms_are_interpolated() -> None:
    assert at_level(RATIOS, 10) == pytest.approx(math.sqrt(0.4 * 0.9) * 10 / 255)


@pytest.mark.parametrize("sigma", [0, -1, math.nan, math.inf])
def test_bad_levels(sigma: float) -> None:
    with pytest.raises(ReconError, match="--sigma has to be a positive number"):
        at_level(RATIOS, sigma)


def test_an_unknown_level_is_asked_for() -> None:
    with pytest.raises(ReconError, match="the measurement has no noise level; give it one"):
        known_level(None)
