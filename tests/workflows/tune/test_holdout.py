from __future__ import annotations

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.workflows.mri.masks import Pattern, generate_mask
from recon_cli.workflows.mri.noise import KSpaceNoise, frequencies, noise_of_scan
from recon_cli.workflows.mri.sampling import Undersampling
from recon_cli.workflows.mri.study import prepare
from recon_cli.workflows.tune.holdout import HoldOut, held_out
from recon_cli.workflows.tune.samples import GridSamples


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


def _noise(
    coils: int, side: int, sigma: float, seed: int = 3
) -> np.ndarray[tuple[int, ...], np.dtype[np.complex128]]:
    rng = np.random.default_rng(seed)
    parts = rng.standard_normal((2, coils, side, side))
    return sigma / np.sqrt(2) * (parts[0] + 1j * parts[1])


def _plan(samples: np.ndarray, mask: np.ndarray, noise: KSpaceNoise | float, centred: bool = True) -> HoldOut:
    study = prepare(samples[None], Undersampling(mask), "centered" if centred else "uncentered", noise=noise)
    return GridSamples(study.alone(0)).plan(0)


@pytest.mark.parametrize("centred", [True, False])
@pytest.mark.parametrize("pattern", ["radial", "cartesian", "random"])
def test_what_is_kept_out_stands_for_all_that_is_missing(centred: bool, pattern: Pattern) -> None:
    mask = generate_mask(pattern, 64, 48, 0.3)
    mask = mask if centred else np.fft.ifftshift(mask)
    plan = _plan(_noise(1, 64, 1)[:, :, :48], mask, 1.0, centred)
    radius = frequencies(mask.shape, centred)
    assert plan.outside.sum() == pytest.approx((~mask & (radius <= radius[mask].max())).sum())
    assert plan.inside.sum() == pytest.approx(mask.sum())
    assert not plan.outside[plan.used | ~mask].any()


@pytest.mark.parametrize("mixed", [False, True])
def test_the_risk_of_a_linear_map_is_its_error(mixed: bool) -> None:
    """Shrinking all samples and predicting zero has an error that is known, however coils share the noise."""
    mask = np.random.default_rng(5).random((128, 128)) < 0.5
    clean, root = 2 * _noise(2, 128, 1), np.array([[0.5, 0], [0.3j, 0.2]]) if mixed else 0.5 * np.eye(2)
    samples = clean + np.einsum("ij,jyx->iyx", root, _noise(2, 128, 1, 4))
    plan = _plan(samples, mask, noise_of_scan(root @ root.conj().T))
    for factor in (0.2, 0.8, 1.0):
        predicted, shifted = (factor * plan.used * each for each in (samples, samples + plan.shift))
        full = factor * mask * samples
        expected = (np.abs(full - clean) ** 2).mean()
        assert plan.risk(predicted, shifted, samples) == pytest.approx(expected, rel=0.05)
