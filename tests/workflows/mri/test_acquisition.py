from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data

from recon_cli.errors import ReconError
from recon_cli.workflows.mri.acquisition import check_full, has_phase, robust_scale, zeros_as_mask
from recon_cli.workflows.mri.masks import generate_mask

from .acquisitions import transform

both_centrings = pytest.mark.parametrize("centred", [True, False])
PHOTOGRAPH = data.camera()[100:148, 200:241].astype(np.float64) / 255


def _waves(strength: float) -> NDArray[np.complex128]:
    cols = np.linspace(-1, 1, 41)
    return PHOTOGRAPH * np.exp(1j * strength * cols)


def test_a_sample_counts_when_any_coil_has_it() -> None:
    samples = np.zeros((2, 3, 4), np.complex64)
    samples[0, 1, 2] = 1
    samples[1, 0, 0] = -2j
    mask = zeros_as_mask(samples)
    assert mask.dtype == bool
    assert sorted(map(tuple, np.argwhere(mask))) == [(0, 0), (1, 2)]


def test_full_k_space_may_be_undersampled_and_undersampled_k_space_may_not() -> None:
    samples = transform(PHOTOGRAPH)[None]
    check_full(samples, "radial")
    samples[0, :3, 0] = 0  # a few exact zeros do not matter
    check_full(samples, "radial")
    samples = samples * generate_mask("random", 48, 41, 0.4)
    with pytest.raises(ReconError, match=r"already undersampled, 40% .* leave out --mask radial") as refused:
        check_full(samples, "radial")
    assert refused.value.exit_code == 2


@both_centrings
@pytest.mark.parametrize("strength", [0.0, 0.02, 0.6, 2.0])
def test_phase_is_seen_in_the_low_frequencies(centred: bool, strength: float) -> None:
    mask = generate_mask("cartesian", 48, 41, 0.4)
    rng = np.random.default_rng(1)
    noise = 0.02 * (rng.standard_normal((48, 41)) + 1j * rng.standard_normal((48, 41)))
    samples = (transform(_waves(strength), centred) + noise) * (mask if centred else np.fft.ifftshift(mask))
    assert has_phase(samples.astype(np.complex64)[None], centred) == (strength > 0.1)


def test_a_constant_phase_and_a_negative_image_are_phase() -> None:
    assert has_phase(1j * transform(PHOTOGRAPH)[None], True)
    assert has_phase(-transform(PHOTOGRAPH)[None], True)
    assert not has_phase(1e6 * transform(PHOTOGRAPH)[None], True)


@both_centrings
@pytest.mark.parametrize("factor", [1e-6, 1.0, 3e5])
def test_the_scale_brings_bright_pixels_to_0_8(centred: bool, factor: float) -> None:
    samples = (factor * transform(_waves(1.0), centred)).astype(np.complex64)[None, None]
    scale = robust_scale(samples, np.ones((1, 48, 41), bool))
    bright = np.quantile(factor * PHOTOGRAPH, 0.999)
    assert scale * bright == pytest.approx(0.8, rel=1e-3)


def test_the_scale_is_that_of_the_brightest_frame_and_of_all_coils() -> None:
    one = transform(PHOTOGRAPH)
    full = np.ones((1, 48, 41), bool)
    alone = robust_scale(one[None, None], full)
    frames = np.stack([0.5 * one, 2 * one, one])[:, None]
    assert robust_scale(frames, full) == pytest.approx(alone / 2, rel=1e-5)
    assert robust_scale(frames, full.repeat(3, 0)) == pytest.approx(alone / 2, rel=1e-5)
    assert robust_scale(np.stack([3 * one, 4j * one])[None], full) == pytest.approx(alone / 5, rel=1e-5)


def test_a_spike_in_the_image_does_not_set_the_scale() -> None:
    spiked = data.camera()[100:164, 200:264] / 255
    usual = robust_scale(transform(spiked)[None, None], np.ones((1, 64, 64), bool))
    spiked[20, 20] = 50
    assert robust_scale(transform(spiked)[None, None], np.ones((1, 64, 64), bool)) > 0.8 * usual


def test_what_lies_off_the_mask_does_not_set_the_scale() -> None:
    mask = generate_mask("cartesian", 48, 41, 0.3)[None]
    samples = transform(PHOTOGRAPH)[None, None]
    assert robust_scale(samples, mask) == pytest.approx(robust_scale(samples * mask, mask))


def test_no_energy_under_the_mask_is_refused() -> None:
    samples = np.zeros((1, 1, 12, 12), np.complex64)
    samples[..., 3, 3] = 1
    mask = np.ones((1, 12, 12), bool)
    mask[0, 3, 3] = False
    with pytest.raises(ReconError, match="no energy under the mask"):
        robust_scale(samples, mask)
