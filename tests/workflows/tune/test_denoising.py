from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.models.tuned import Tuned
from recon_cli.priors.ridge import RidgePrior
from recon_cli.priors.total_variation import TotalVariationPrior
from recon_cli.solver import Solver
from recon_cli.workflows.tune.case import Trial
from recon_cli.workflows.tune.denoising import DenoisingCase, add_noise, denoising_cases
from recon_cli.workflows.tune.evaluation import search_solver

from ...helpers import smoothed_variation
from .objectives import model, photograph

SHORT = Solver(max_iterations=20)


def _tried(case: DenoisingCase) -> Trial:
    return case.evaluate(model().at(Tuned(0.4, 3e-4)), SHORT)


def test_images_of_one_size_are_a_batch() -> None:
    clean = [photograph(16), photograph(20), photograph(16) / 2]
    cases = denoising_cases(add_noise(clean, 25, 0), clean, 25, "psnr")
    assert [case.noisy.shape for case in cases] == [(2, 16, 16), (1, 20, 20)]
    trials = [_tried(case) for case in cases]
    assert [len(trial.values) for trial in trials] == [2, 1]
    assert trials[0].values == trials[0].psnrs


@pytest.mark.slow
@pytest.mark.parametrize(("mode", "point"), [
    ("full", Tuned(0.4, 3e-4)), ("unrolled", Tuned(0.4, 7.5e-3)), ("early-stop", Tuned(0.3, 1.5e-3, 0.11)),
])  # fmt: skip
def test_sure_estimates_the_error_in_every_mode(
    mode: Literal["full", "early-stop", "unrolled"], point: Tuned
) -> None:
    """The mean over draws of the noise, since a single estimate on few pixels is rough."""
    clean = [photograph(20)] * 6
    noisy = add_noise(clean, 25, 1)
    cases = denoising_cases(noisy, clean, 25, "sure", mode)
    solver = Solver(mode, point.tol or search_solver(model(), mode).tolerance, 25)
    trials = [case.evaluate(model().at(point), solver) for case in cases]
    estimate = np.mean([value for trial in trials for value in trial.values])
    truth = np.mean([10 ** (-value / 10) for trial in trials for value in trial.psnrs])
    assert estimate == pytest.approx(truth, rel=0.25)


@pytest.mark.parametrize("prior", [RidgePrior(smoothed_variation()), TotalVariationPrior()])
def test_sure_estimates_the_error_of_every_prior(prior: RidgePrior | TotalVariationPrior) -> None:
    clean = [photograph(20)] * 6
    (case,) = denoising_cases(add_noise(clean, 25, 1), clean, 25, "sure")
    trial = case.evaluate(prior, Solver())
    truth = np.mean([10 ** (-value / 10) for value in trial.psnrs])
    assert np.mean(trial.values) == pytest.approx(truth, rel=0.25)


def test_criteria_without_a_reference_need_none() -> None:
    noisy = add_noise([photograph(16)], 25, 0)
    for criterion in ("sure", "discrepancy"):
        (case,) = denoising_cases(noisy, None, 25, criterion)
        trial = _tried(case)
        assert len(trial.values) == 1
        assert trial.psnrs == []


def test_ssim_is_at_most_one() -> None:
    clean = [photograph(16)]
    (case,) = denoising_cases(add_noise(clean, 25, 0), clean, 25, "ssim")
    trial = _tried(case)
    assert 0.3 < trial.values[0] < 1
    assert trial.psnrs[0] > 20


def test_references_of_other_shapes_are_refused() -> None:
    with pytest.raises(ReconError, match="references have shapes 16 x 16, the images 20 x 20"):
        denoising_cases([photograph(20)], [photograph(16)], 25, "psnr")


def test_noise_has_its_level_and_follows_the_seed() -> None:
    clean = [np.zeros((200, 200), np.float32)]
    (noise,) = add_noise(clean, 25, 0)
    assert float(noise.std()) == pytest.approx(25 / 255, rel=0.02)
    assert noise.dtype == np.float32
    assert not np.array_equal(noise, add_noise(clean, 25, 1)[0])
    assert np.array_equal(noise, add_noise(clean, 25, 0)[0])
