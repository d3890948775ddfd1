from __future__ import annotations

import numpy as np
import pytest
from recon_cli.workflows.mri.methods.model import PatchModel
from recon_cli.workflows.mri.options import MriOptions
from recon_cli.workflows.mri.reconstruct import reconstruct
from skimage import data

from recon_cli.errors import ReconError
from recon_cli.workflows.mri.masks import generate_mask
from recon_cli.workflows.mri.study import Study, Undersampling, prepare

from .acquisitions import coil_maps, phantom, small_dictionary, transform

PHOTOGRAPH = data.camera()[100:132, 200:228].astype(np.float64) / 255
OPTIONS = MriOptions(beta=0.05, lam=1e-3, tolerance=1e-2)
REAL = transform(PHOTOGRAPH)[None, None]
WITH_PHASE = transform(PHOTOGRAPH * np.exp(1j * np.linspace(-1, 1, 28)))[None, None]
COILS = transform(coil_maps(3, 32, 28) * PHOTOGRAPH)[None]
FULL = np.ones((32, 28), bool)


def test_without_a_mask_exact_zeros_were_not_sampled() -> None:
    mask = generate_mask("random", 32, 28, 0.4)
    study = prepare(COILS * mask, Undersampling(), OPTIONS)
    assert study.masks.shape == (1, 32, 28)
    np.testing.assert_array_equal(study.mask(0), mask)
    np.testing.assert_array_equal(study.samples, COILS * mask)


def test_frames_keep_their_own_masks_unless_they_are_the_same() -> None:
    masks = np.stack([generate_mask("random", 32, 28, 0.4, seed) for seed in range(3)])
    frames = REAL.repeat(3, 0)
    study = prepare(frames * masks[:, None], Undersampling(), OPTIONS)
    assert len(study) == 3
    assert study.masks.shape == (3, 32, 28)
    for k in range(3):
        np.testing.assert_array_equal(study.mask(k), masks[k])
    same = prepare(frames * masks[0], Undersampling(), OPTIONS)
    assert same.masks.shape == (1, 32, 28)
    for k in range(3):
        np.testing.assert_array_equal(same.mask(k), masks[0])


def test_a_given_mask_holds_for_all_frames() -> None:
    mask = generate_mask("cartesian", 32, 28, 0.5)
    study = prepare(REAL.repeat(2, 0), Undersampling(mask), OPTIONS)
    assert study.masks.shape == (1, 32, 28)
    np.testing.assert_array_equal(study.mask(1), mask)


@pytest.mark.parametrize("centred", [True, False])
def test_a_pattern_is_generated_in_the_convention_of_the_transform(centred: bool) -> None:
    options = MriOptions(beta=0.05, lam=1e-3, fft="centered" if centred else "uncentered")
    samples = REAL if centred else np.fft.ifftshift(REAL, (2, 3))
    study = prepare(samples, Undersampling(pattern="random", ratio=0.3, seed=7), options)
    wanted = generate_mask("random", 32, 28, 0.3, 7)
    np.testing.assert_array_equal(study.mask(0), wanted if centred else np.fft.ifftshift(wanted))
    assert study.mask(0)[(16, 14) if centred else (0, 0)]
    assert study.warnings == ()


def test_what_is_undersampled_already_is_not_undersampled_again() -> None:
    twice = np.concatenate([REAL, REAL * generate_mask("random", 32, 28, 0.4)])
    for samples in (twice[1:], twice):
        with pytest.raises(ReconError, match="already undersampled, 40% of it is not zero; leave out --mask"):
            prepare(samples, Undersampling(pattern="radial"), OPTIONS)
    assert len(prepare(twice, Undersampling(FULL), OPTIONS)) == 2


def test_a_frame_without_samples_is_refused() -> None:
    samples = REAL.repeat(2, 0)
    samples[1] = 0
    with pytest.raises(ReconError, match="a frame of k-space was not sampled at all"):
        prepare(samples, Undersampling(), OPTIONS)
    with pytest.raises(ReconError, match="not sampled at all"):
        prepare(REAL, Undersampling(np.zeros_like(FULL)), OPTIONS)


@pytest.mark.parametrize(("centred", "named"), [(True, "--fft uncentered"), (False, "--fft centered")])
def test_a_misplaced_origin_is_warned_of_with_the_flag_that_mends_it(centred: bool, named: str) -> None:
    options = MriOptions(beta=0.05, lam=1e-3, fft="centered" if centred else "uncentered")
    here = REAL if centred else np.fft.ifftshift(REAL, (2, 3))
    there = np.fft.ifftshift(REAL, (2, 3)) if centred else REAL
    assert prepare(here, Undersampling(), options).warnings == ()
    (warning,) = prepare(there, Undersampling(), options).warnings
    assert f"else give {named}" in warning


def test_the_image_model_follows_phase_and_coils() -> None:
    def chosen(samples: np.ndarray, **given: object) -> str:
        return prepare(samples, Undersampling(), OPTIONS, **given).options.image  # type: ignore[arg-type]

    assert chosen(REAL) == "real"
    assert chosen(WITH_PHASE) == "complex"
    assert chosen(COILS) == "complex"
    assert chosen(REAL, maps=coil_maps(1, 32, 28)) == "complex"
    assert chosen(REAL, image="complex") == "complex"
    assert chosen(WITH_PHASE, image="real") == "real"
    assert chosen(COILS, image="real") == "real"


def test_the_other_options_are_kept() -> None:
    options = MriOptions("unrolled", steps=7, beta=0.05, lam=1e-3, fft="uncentered")
    kept = prepare(np.fft.ifftshift(WITH_PHASE, (2, 3)), Undersampling(), options).options
    assert kept == MriOptions("unrolled", steps=7, beta=0.05, lam=1e-3, fft="uncentered", image="complex")


def test_several_coils_without_maps_are_estimated_and_one_coil_is_not() -> None:
    maps = coil_maps(3, 32, 28)
    assert prepare(COILS, Undersampling(), OPTIONS).maps == "auto"
    assert prepare(COILS, Undersampling(), OPTIONS, maps=maps).maps is maps
    assert prepare(REAL, Undersampling(), OPTIONS).maps is None
    assert prepare(REAL, Undersampling(), OPTIONS, maps="auto").maps is None


def test_a_given_scale_is_taken_and_another_brings_bright_pixels_to_0_8() -> None:
    assert prepare(REAL, Undersampling(), OPTIONS, scale=3.5).scale == 3.5
    found = prepare(REAL, Undersampling(), OPTIONS).scale
    assert found * np.quantile(PHOTOGRAPH, 0.999) == pytest.approx(0.8, rel=1e-4)


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf")])
def test_a_scale_that_is_not_positive_is_refused(scale: float) -> None:
    with pytest.raises(ReconError, match="--scale has to be a positive number") as refused:
        prepare(REAL, Undersampling(), OPTIONS, scale=scale)
    assert refused.value.exit_code == 2


def test_each_frame_is_reconstructed_with_its_samples_and_mask() -> None:
    masks = np.stack([generate_mask("random", 32, 28, 0.5, seed) for seed in range(2)])
    frames = np.concatenate([REAL, transform(PHOTOGRAPH[::-1])[None, None]]) * masks[:, None]
    study = prepare(frames, Undersampling(), OPTIONS, scale=1.0)
    for k in range(2):
        done = study.reconstruct(k, PatchModel(small_dictionary()))
        alone = reconstruct(frames[k], masks[k], small_dictionary(), OPTIONS)
        np.testing.assert_array_equal(done.image, alone.image)


def test_maps_are_estimated_for_each_frame() -> None:
    pytest.importorskip("sigpy")
    maps, head = coil_maps(4, 48, 48), phantom(48)
    frames = transform(np.stack([maps * head, maps[::-1] * head]))
    study = prepare(frames, Undersampling(pattern="radial", ratio=0.6), OPTIONS)
    assert isinstance(study, Study)
    truth = np.abs(head) * np.sqrt((np.abs(maps) ** 2).sum(0))
    for k in range(2):
        image = np.abs(study.reconstruct(k, PatchModel(small_dictionary())).image)
        assert np.linalg.norm(image - truth) < 0.25 * np.linalg.norm(truth)
