from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from recon_cli.engine.priors.dictionary.reweighting import Reweighting
from recon_cli.errors import ReconError
from recon_cli.files.references import Reference
from recon_cli.models.tuned import Tuned
from recon_cli.workflows.mri.masks import generate_mask
from recon_cli.workflows.mri.options import Fft, MriOptions
from recon_cli.workflows.mri.simulate import simulate
from recon_cli.workflows.mri.study import Study, Undersampling, prepare
from recon_cli.workflows.tune.kspace import kspace_cases

from .subjects import dictionary, photograph

Samples = NDArray[np.complex64]
POINT = Tuned(0.04, 3.5e-4)


def _study(noise: float = 10, fft: Fft = "centered", side: int = 32) -> Study:
    mask = generate_mask("radial", side, side, 0.4)
    mask = mask if fft != "uncentered" else np.fft.ifftshift(mask)
    samples = simulate(photograph(side), mask, noise, fft=fft)
    options = MriOptions(tolerance=1e-2, fft=fft)
    return prepare(samples[None, None], Undersampling(mask), options, scale=1.0)


@pytest.mark.parametrize("fft", get_args(Fft))
def test_what_is_held_out_is_not_used_and_is_predicted(fft: Fft) -> None:
    study = _study(fft=fft)
    (case,) = kspace_cases(study, None, dictionary(), None, "holdout")
    assert case.holdout is not None
    held = study.mask(0) & ~case.mask
    assert held.any()
    assert not case.holdout.weights[~held].any()
    outcome = case.solve(POINT, 60, None)
    assert outcome.psnrs == []
    other = np.where(held, 0, study.samples)
    (blind,) = kspace_cases(replace(study, samples=other), None, dictionary(), 10, "holdout")
    assert blind.solve(POINT, 60, None).result.image.equal(outcome.result.image)


@pytest.mark.parametrize("fft", get_args(Fft))
def test_the_estimated_error_is_close_to_the_true_one(fft: Fft) -> None:
    study = _study(fft=fft, side=64)
    truth = Reference(photograph(64)[None], 1.0)
    (case,) = kspace_cases(study, truth, dictionary(), 10, "holdout")
    for factor in (0.3, 1, 10):
        outcome = case.solve(Tuned(POINT.beta * factor, POINT.lam), 60, None)
        (psnr,) = outcome.psnrs
        assert -10 * np.log10(outcome.values[0]) == pytest.approx(psnr, abs=1.5)


@pytest.mark.parametrize("twice", [False, True])
def test_without_a_shift_the_second_run_is_the_first(twice: bool) -> None:
    rule = Reweighting(torch.tensor(3.0), torch.full((128, 1), 0.01), torch.tensor(0.7))
    model = replace(dictionary(), reweighting=rule if twice else None)
    (case,) = kspace_cases(_study(), None, model, None, "holdout")
    assert case.holdout is not None

    class Same:
        shift = np.zeros_like(case.holdout.shift)

        def risk(self, predicted: Samples, moved: Samples, samples: Samples) -> float:
            return float(np.abs(predicted - moved).max())

    still = replace(case, holdout=Same())  # type: ignore[arg-type]
    start = still.solve(POINT, 60, None)
    assert start.values == [0]
    assert still.solve(Tuned(0.05, 3.5e-4), 60, start.result).values == [0]


def test_the_discrepancy_knows_the_noise_of_complex_samples() -> None:
    (case,) = kspace_cases(_study(), None, dictionary(), 10, "discrepancy")
    little, much = (case.solve(Tuned(beta, 3.5e-4), 60, None).values[0] for beta in (1e-3, 30.0))
    assert little == pytest.approx((10 / 255) ** 2, rel=0.5)
    assert much > little


def test_quality_is_that_of_the_report() -> None:
    truth = Reference(photograph(32)[None], 1.0)
    outcomes = [
        kspace_cases(_study(), truth, dictionary(), None, name)[0].solve(POINT, 60, None)
        for name in ("psnr", "ssim")
    ]
    assert outcomes[0].values == outcomes[0].psnrs == outcomes[1].psnrs
    assert outcomes[0].values[0] > 18
    assert 0.3 < outcomes[1].values[0] < 1


def test_several_coils_get_maps_of_their_own() -> None:
    mask = generate_mask("radial", 32, 32, 0.5)
    ramp = np.linspace(0.3, 1, 32)[None].repeat(32, 0)
    maps = np.stack([ramp, ramp[:, ::-1] * 1j]).astype(np.complex64)
    coils = np.fft.fftshift(
        np.fft.fft2(np.fft.ifftshift(maps * photograph(32), (1, 2)), norm="ortho"), (1, 2)
    )
    samples = (coils * mask).astype(np.complex64)
    study = prepare(samples[None], Undersampling(mask), MriOptions(tolerance=1e-2), maps=maps, scale=1.0)
    (case,) = kspace_cases(study, None, dictionary(), None, "holdout")
    outcome = case.solve(POINT, 60, None)
    nothing = float((np.abs(coils) ** 2).mean())
    # an estimate without bias, which falls below zero where the error nearly is
    assert abs(outcome.values[0]) < 0.1 * nothing


def test_a_reference_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ReconError, match="the reference has shape"):
        kspace_cases(_study(), Reference(photograph(40)[None], 1.0), dictionary(), None, "psnr")
