from __future__ import annotations

import math

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.priors.one_parameter import NLM, TV, WAVELET
from recon_cli.priors.total_variation import TV_WEIGHT, TotalVariationPrior
from recon_cli.solver import Solver

from ..photograph import CLEAN, denoise_by, with_noise


def test_it_has_a_certificate() -> None:
    done = denoise_by(TotalVariationPrior(), with_noise(25), 25, Solver(tolerance=1e-4))
    assert done.gap is not None
    assert 0 <= done.gap <= 1e-4


@pytest.mark.parametrize("ratios", [TV, NLM, WAVELET])
def test_ratios_rise_in_sigma_and_are_plausible(ratios: dict[float, float]) -> None:
    assert list(ratios) == sorted(ratios)
    assert all(0.1 < ratio < 3 for ratio in ratios.values())


def test_a_weight_of_ones_own() -> None:
    done = denoise_by(TotalVariationPrior(5.0), with_noise(25), 25)
    assert done.used[0].parameters == {"weight": 5.0}
    assert np.asarray(done.image).std() < 0.5 * CLEAN.std()


def test_the_weight_follows_task_and_noise_level() -> None:
    prior = TotalVariationPrior()
    low, high = (prior.prepare("denoise", sigma, Solver()).used.parameters["weight"] for sigma in (5, 50))
    assert low == pytest.approx(TV[5] * 5 / 255)
    assert low < high
    assert prior.prepare("mri", None, Solver()).used.parameters == {"weight": TV_WEIGHT}
    with pytest.raises(ReconError, match="the measurement has no noise level"):
        prior.prepare("denoise", None, Solver())


@pytest.mark.parametrize("weight", [0.0, -1.0, math.inf, math.nan])
def test_bad_weights(weight: float) -> None:
    with pytest.raises(ReconError, match="--weight has to be a positive number"):
        TotalVariationPrior(weight)
