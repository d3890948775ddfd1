from __future__ import annotations

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.files.references import Reference
from recon_cli.models.tuned import Tuned
from recon_cli.workflows.mri.masks import Pattern, generate_mask
from recon_cli.workflows.mri.reconstruct import MriOptions
from recon_cli.workflows.mri.simulate import simulate
from recon_cli.workflows.mri.study import Study, Undersampling, prepare
from recon_cli.workflows.tune.kspace import held_out, kspace_cases

from .subjects import dictionary, photograph

POINT = Tuned(0.04, 3.5e-4)


def _study(noise: float = 10, centred: bool = True, pattern: Pattern = "radial") -> Study:
    mask = generate_mask(pattern, 32, 32, 0.4)
    mask = mask if centred else np.fft.ifftshift(mask)
    samples = simulate(photograph(32), mask, noise, centred=centred)
    options = MriOptions(tolerance=1e-2, centred=centred)
    return prepare(samples[None, None], Undersampling(mask), options, scale=1.0)


@pytest.mark.parametrize("pattern", ["radial", "cartesian", "random"])
@pytest.mark.parametrize("shape", [(64, 64), (48, 33)])
def test_a_tenth_is_held_out_none_of_low_frequency_and_mirrored_ones_together(
    pattern: Pattern, shape: tuple[int, int]
) -> None:
    mask = generate_mask(pattern, *shape, 0.4)
    held = held_out(mask, True, 0)
    assert not (held & ~mask).any()
    assert 0.06 < held.sum() / mask.sum() < 0.14
    rows, cols = (length // 2 for length in shape)
    assert not held[rows - 2 : rows + 3, cols - 2 : cols + 3].any()
    plain = np.fft.ifftshift(held)
    mirrored = np.roll(plain[::-1, ::-1], 1, (0, 1))
    kept = np.fft.ifftshift(mask & ~held)
    assert not (mirrored & kept).any()
    assert not np.array_equal(held, held_out(mask, True, 1))
    assert np.array_equal(np.fft.ifftshift(held), held_out(np.fft.ifftshift(mask), False, 0))


def test_nothing_to_hold_out_is_one_sentence() -> None:
    mask = np.zeros((32, 32), bool)
    mask[15:18, 15:18] = True
    with pytest.raises(ReconError, match="nothing can be held out"):
        held_out(mask, True, 0)


@pytest.mark.parametrize("centred", [True, False])
def test_what_is_held_out_is_not_used_and_is_predicted(centred: bool) -> None:
    study = _study(centred=centred)
    (case,) = kspace_cases(study, None, dictionary(), None, "holdout")
    assert case.held is not None
    assert not (case.mask & case.held).any()
    outcome = case.solve(POINT, 60, None)
    nothing = float((np.abs(study.samples[0, 0][case.held]) ** 2).mean())
    assert (10 / 255) ** 2 < outcome.values[0] < 0.9 * nothing
    assert outcome.psnrs == []


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
    assert case.held is not None
    nothing = float((np.abs(samples[:, case.held]) ** 2).mean())
    assert outcome.values[0] < 0.9 * nothing


def test_a_reference_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ReconError, match="the reference has shape"):
        kspace_cases(_study(), Reference(photograph(40)[None], 1.0), dictionary(), None, "psnr")
