from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from recon_cli.engine.operators.fourier import Origin
from recon_cli.engine.priors.dictionary.reweighting import Reweighting
from recon_cli.errors import ReconError
from recon_cli.models.tuned import Tuned
from recon_cli.priors.dictionary import DictionaryPrior
from recon_cli.priors.ridge import RidgePrior
from recon_cli.priors.total_variation import TotalVariationPrior
from recon_cli.quality.scores import Reference
from recon_cli.reconstruction import Reconstruction
from recon_cli.solver import Solver
from recon_cli.workflows.mri.masks import generate_mask
from recon_cli.workflows.mri.sampling import Undersampling
from recon_cli.workflows.mri.simulate import simulate
from recon_cli.workflows.mri.study import Study, prepare
from recon_cli.workflows.tune.case import Trial
from recon_cli.workflows.tune.kspace import KspaceCase, kspace_cases

from ...helpers import smoothed_variation
from .objectives import dictionary, model, photograph

Samples = NDArray[np.complex64]
POINT = Tuned(0.04, 3.5e-4)
SOLVER = Solver("full", tolerance=1e-2, max_iterations=60)


def _tried(case: KspaceCase, point: Tuned = POINT, start: Reconstruction | None = None) -> Trial:
    return case.evaluate(model().at(point), SOLVER, start)


def _study(noise: float = 10, fft: Origin = "centered", side: int = 32, known: float | None = None) -> Study:
    mask = generate_mask("radial", side, side, 0.4)
    mask = mask if fft != "uncentered" else np.fft.ifftshift(mask)
    samples = simulate(photograph(side), mask, noise, fft=fft)
    level = None if known is None else known / 255
    return prepare(samples[None, None], Undersampling(mask), fft, scale=1.0, noise=level)


@pytest.mark.parametrize("fft", get_args(Origin))
def test_what_is_held_out_is_not_used_and_is_predicted(fft: Origin) -> None:
    study = _study(fft=fft)
    (case,) = kspace_cases(study, None, "holdout")
    assert case.holdout is not None
    held = study.mask(0) & ~case.holdout.used
    assert held.any()
    assert not case.holdout.outside[~held].any()
    trial = _tried(case)
    assert trial.psnrs == []
    other = np.where(held, 0, study.samples)
    (blind,) = kspace_cases(replace(study, samples=other), None, "holdout")
    assert np.array_equal(_tried(blind).done.image, trial.done.image)


@pytest.mark.slow
@pytest.mark.parametrize("fft", get_args(Origin))
def test_the_estimated_error_is_close_to_the_true_one(fft: Origin) -> None:
    study = _study(fft=fft, side=64, known=10)
    truth = Reference(photograph(64)[None], 1.0)
    (case,) = kspace_cases(study, truth, "holdout")
    for factor in (0.3, 1, 10):
        trial = _tried(case, Tuned(POINT.beta * factor, POINT.lam))
        (psnr,) = trial.psnrs
        assert -10 * np.log10(trial.values[0]) == pytest.approx(psnr, abs=1.6)


@pytest.mark.parametrize("prior", [RidgePrior(smoothed_variation()), TotalVariationPrior()])
def test_the_error_of_every_prior_is_estimated(prior: RidgePrior | TotalVariationPrior) -> None:
    truth = Reference(photograph(64)[None], 1.0)
    (case,) = kspace_cases(_study(side=64, known=10), truth, "holdout")
    trial = case.evaluate(prior, Solver(max_iterations=500))
    assert -10 * np.log10(trial.values[0]) == pytest.approx(trial.psnrs[0], abs=1.5)


@pytest.mark.parametrize("twice", [False, True])
def test_without_a_shift_the_second_run_is_the_first(twice: bool) -> None:
    rule = Reweighting(torch.tensor(3.0), torch.full((128, 1), 0.01), torch.tensor(0.7))
    prior = DictionaryPrior(replace(dictionary(), reweighting=rule if twice else None))
    (case,) = kspace_cases(_study(), None, "holdout")
    assert case.holdout is not None

    class Same:
        shift = np.zeros_like(case.holdout.shift)

        def risk(self, predicted: Samples, moved: Samples, samples: Samples) -> float:
            return float(np.abs(predicted - moved).max())

    still = replace(case, holdout=Same(), moved=case.measurement)  # type: ignore[arg-type]
    start = still.evaluate(prior.at(POINT), SOLVER)
    assert start.values == [0]
    assert still.evaluate(prior.at(Tuned(0.05, 3.5e-4)), SOLVER, start.done).values == [0]


def test_the_discrepancy_knows_the_noise_of_complex_samples() -> None:
    (case,) = kspace_cases(_study(known=10), None, "discrepancy")
    little, much = (_tried(case, Tuned(beta, 3.5e-4)).values[0] for beta in (1e-3, 30.0))
    assert little == pytest.approx((10 / 255) ** 2, rel=0.5)
    assert much > little


def test_quality_is_that_of_the_report() -> None:
    truth = Reference(photograph(32)[None], 1.0)
    trials = [_tried(kspace_cases(_study(), truth, name)[0]) for name in ("psnr", "ssim")]
    assert trials[0].values == trials[0].psnrs == trials[1].psnrs
    assert trials[0].values[0] > 18
    assert 0.3 < trials[1].values[0] < 1


def test_several_coils_get_maps_of_their_own() -> None:
    mask = generate_mask("radial", 32, 32, 0.5)
    ramp = np.linspace(0.3, 1, 32)[None].repeat(32, 0)
    maps = np.stack([ramp, ramp[:, ::-1] * 1j]).astype(np.complex64)
    coils = np.fft.fftshift(
        np.fft.fft2(np.fft.ifftshift(maps * photograph(32), (1, 2)), norm="ortho"), (1, 2)
    )
    samples = (coils * mask).astype(np.complex64)
    study = prepare(samples[None], Undersampling(mask), maps=maps, scale=1.0)
    (case,) = kspace_cases(study, None, "holdout")
    trial = _tried(case)
    nothing = float((np.abs(coils) ** 2).mean())
    # an estimate without bias, which falls below zero where the error nearly is
    assert abs(trial.values[0]) < 0.1 * nothing


def test_a_reference_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ReconError, match="the reference has shape"):
        kspace_cases(_study(), Reference(photograph(40)[None], 1.0), "psnr")


def test_of_a_series_the_middle_frame_is_held_out() -> None:
    samples = np.stack([_study().samples[0] * np.float32(factor) for factor in (1, 2, 3, 0)])
    study = prepare(samples, Undersampling(_study().masks[0]), scale=1.0)
    (case,) = kspace_cases(study, None, "holdout")
    np.testing.assert_array_equal(case.samples.values, samples[1])
    truth = Reference(np.ones((4, 32, 32), np.float32), 1.0)
    assert len(kspace_cases(study, truth, "psnr")) == 3
