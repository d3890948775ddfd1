from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from skimage import data

from recon_cli.engine.operators.fourier import Origin
from recon_cli.errors import ReconError
from recon_cli.files.kspace.samples import KSpace
from recon_cli.priors import DictionaryPrior
from recon_cli.reconstruction import reconstruct
from recon_cli.solver import Solver
from recon_cli.workflows.mri.frames import reconstruct_kspace
from recon_cli.workflows.mri.masks import generate_mask
from recon_cli.workflows.mri.sampling import Undersampling
from recon_cli.workflows.mri.study import Study, prepare

from .acquisitions import coil_maps, folded, noise, phantom, reconstruct_frame, small_prior, transform

PHOTOGRAPH = data.camera()[100:132, 200:228].astype(np.float64) / 255
REAL = transform(PHOTOGRAPH)[None, None]
WITH_PHASE = transform(PHOTOGRAPH * np.exp(1j * np.linspace(-1, 1, 28)))[None, None]
COILS = transform(coil_maps(3, 32, 28) * PHOTOGRAPH)[None]
FULL = np.ones((32, 28), bool)


def test_without_a_mask_exact_zeros_were_not_sampled() -> None:
    mask = generate_mask("random", 32, 28, 0.4)
    study = prepare(COILS * mask, Undersampling())
    assert study.masks.shape == (1, 32, 28)
    np.testing.assert_array_equal(study.mask(0), mask)
    np.testing.assert_array_equal(study.samples, COILS * mask)


def test_frames_keep_their_own_masks_unless_they_are_the_same() -> None:
    masks = np.stack([generate_mask("random", 32, 28, 0.4, seed) for seed in range(3)])
    frames = REAL.repeat(3, 0)
    study = prepare(frames * masks[:, None], Undersampling())
    assert len(study) == 3
    assert study.masks.shape == (3, 32, 28)
    for k in range(3):
        np.testing.assert_array_equal(study.mask(k), masks[k])
    same = prepare(frames * masks[0], Undersampling())
    assert same.masks.shape == (1, 32, 28)
    for k in range(3):
        np.testing.assert_array_equal(same.mask(k), masks[0])


def test_a_given_mask_holds_for_all_frames() -> None:
    mask = generate_mask("cartesian", 32, 28, 0.5)
    study = prepare(REAL.repeat(2, 0), Undersampling(mask))
    assert study.masks.shape == (1, 32, 28)
    np.testing.assert_array_equal(study.mask(1), mask)


@pytest.mark.parametrize("centred", [True, False])
def test_a_pattern_is_generated_in_the_convention_of_the_transform(centred: bool) -> None:
    fft: Origin = "centered" if centred else "uncentered"
    samples = REAL if centred else np.fft.ifftshift(REAL, (2, 3))
    study = prepare(samples, Undersampling(pattern="random", ratio=0.3, seed=7), fft)
    wanted = generate_mask("random", 32, 28, 0.3, 7)
    np.testing.assert_array_equal(study.mask(0), wanted if centred else np.fft.ifftshift(wanted))
    assert study.mask(0)[(16, 14) if centred else (0, 0)]
    assert study.warnings == ()


def test_what_is_undersampled_already_is_not_undersampled_again() -> None:
    twice = np.concatenate([REAL, REAL * generate_mask("random", 32, 28, 0.4)])
    for samples in (twice[1:], twice):
        with pytest.raises(ReconError, match="already undersampled, 40% of it is not zero; leave out --mask"):
            prepare(samples, Undersampling(pattern="radial"))
    assert len(prepare(twice, Undersampling(FULL))) == 2


def test_a_frame_without_samples_is_said() -> None:
    samples = REAL.repeat(3, 0)
    samples[1] = 0
    for undersampling in (Undersampling(), Undersampling(FULL), Undersampling(pattern="radial")):
        study = prepare(samples, undersampling)
        assert study.blank == (1,)
        assert study.warnings == ("frame 2 of 3 holds no samples; its image is zero",)
    several = prepare(np.concatenate([samples, 0 * samples, 0 * samples]), Undersampling(FULL))
    assert several.warnings[0].startswith("frames 2, 4, 5, 6, 7 and others of 9 hold no samples; their")


def test_k_space_without_samples_is_refused() -> None:
    with pytest.raises(ReconError, match="holds no energy under the mask"):
        prepare(np.zeros_like(REAL), Undersampling(FULL))
    with pytest.raises(ReconError, match="not sampled at all"):
        prepare(REAL, Undersampling(np.zeros_like(FULL)))


@pytest.mark.parametrize(("centred", "named"), [(True, "--fft uncentered"), (False, "--fft centered")])
def test_a_misplaced_origin_is_warned_of_with_the_flag_that_mends_it(centred: bool, named: str) -> None:
    fft: Origin = "centered" if centred else "uncentered"
    here = REAL if centred else np.fft.ifftshift(REAL, (2, 3))
    there = np.fft.ifftshift(REAL, (2, 3)) if centred else REAL
    assert prepare(here, Undersampling(), fft).warnings == ()
    (warning,) = prepare(there, Undersampling(), fft).warnings
    assert f"else give {named}" in warning


def test_the_image_model_follows_phase_and_coils() -> None:
    def chosen(samples: np.ndarray, **given: object) -> str:
        return prepare(samples, Undersampling(), **given).image  # type: ignore[arg-type]

    assert chosen(REAL) == "real"
    assert chosen(WITH_PHASE) == "complex"
    assert chosen(COILS) == "complex"
    assert chosen(REAL, maps=coil_maps(1, 32, 28)) == "complex"
    assert chosen(REAL, image="complex") == "complex"
    assert chosen(WITH_PHASE, image="real") == "real"
    assert chosen(COILS, image="real") == "real"


def test_the_origin_is_kept() -> None:
    study = prepare(np.fft.ifftshift(WITH_PHASE, (2, 3)), Undersampling(), "uncentered")
    assert (study.fft, study.image) == ("uncentered", "complex")


def test_several_coils_without_maps_are_estimated_and_one_coil_is_not() -> None:
    maps = coil_maps(3, 32, 28)
    assert prepare(COILS, Undersampling()).maps == "auto"
    assert prepare(COILS, Undersampling(), maps=maps).maps is maps
    assert prepare(REAL, Undersampling()).maps is None
    assert prepare(REAL, Undersampling(), maps="auto").maps is None


def test_a_given_scale_is_taken_and_another_brings_bright_pixels_to_0_8() -> None:
    assert prepare(REAL, Undersampling(), scale=3.5).scale == 3.5
    found = prepare(REAL, Undersampling()).scale
    assert found * np.quantile(PHOTOGRAPH, 0.999) == pytest.approx(0.8, rel=1e-4)


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf")])
def test_a_scale_that_is_not_positive_is_refused(scale: float) -> None:
    with pytest.raises(ReconError, match="--scale has to be a positive number") as refused:
        prepare(REAL, Undersampling(), scale=scale)
    assert refused.value.exit_code == 2


def test_each_frame_is_reconstructed_with_its_samples_and_mask() -> None:
    masks = np.stack([generate_mask("random", 32, 28, 0.5, seed) for seed in range(2)])
    frames = np.concatenate([REAL, transform(PHOTOGRAPH[::-1])[None, None]]) * masks[:, None]
    study = prepare(frames, Undersampling(), scale=1.0)
    solver = Solver(settled=0.5)  # the usual one depends on the noise, which the study estimates
    for k in range(2):
        done = reconstruct(study.measurement(k), small_prior(), solver)
        alone = reconstruct_frame(frames[k], masks[k], solver=solver)
        np.testing.assert_array_equal(done.image[0], alone.image)


def test_maps_are_estimated_for_each_frame() -> None:
    maps, head = coil_maps(4, 48, 48), phantom(48)
    frames = transform(np.stack([maps * head, maps[::-1] * head]))
    study = prepare(frames, Undersampling(pattern="radial", ratio=0.6))
    assert isinstance(study, Study)
    truth = np.abs(head) * np.sqrt((np.abs(maps) ** 2).sum(0))
    for k in range(2):
        image = np.abs(reconstruct(study.measurement(k), small_prior()).image[0])
        assert np.linalg.norm(image - truth) < 0.25 * np.linalg.norm(truth)


def test_a_chosen_mask_is_fitted_to_each_file_and_without_one_that_of_the_file_is_taken() -> None:
    own = generate_mask("random", 32, 28, 0.4)
    measured = KSpace(REAL, own, None, (), "y 32, x 28", "npy", None)
    assert Undersampling().of(measured).mask is own
    columns = np.arange(28) % 3 == 0
    np.testing.assert_array_equal(
        Undersampling(columns, name="m.npy").of(measured).mask, np.tile(columns, (32, 1))
    )
    pattern = Undersampling(None, "radial", 0.2, 7).of(measured)
    assert (pattern.mask, pattern.pattern, pattern.ratio, pattern.seed) == (None, "radial", 0.2, 7)
    with pytest.raises(ReconError, match=r"m.npy has shape \(27,\), but k-space has 32 rows"):
        Undersampling(columns[1:], name="m.npy").of(measured)


def test_frames_of_a_slice_share_the_middle_of_k_space() -> None:
    """Of a series whose first frame alone has the lines for calibration."""
    frames = COILS.repeat(4, 0)
    masks = np.zeros((4, *FULL.shape), bool)
    masks[0], masks[1, ::2], masks[2], masks[3, 1::2] = FULL, True, FULL, True
    study = prepare(frames * masks[:, None], Undersampling(masks), series=2)
    for frame in range(4):
        np.testing.assert_allclose(study.coil_maps(frame), study.coil_maps(2 * (frame // 2)), atol=1e-5)
        np.testing.assert_array_equal(study.alone(frame).coil_maps(0), study.coil_maps(frame))
    with pytest.raises(ReconError, match="too few to estimate maps"):
        prepare(frames * masks[:, None], Undersampling(masks)).coil_maps(1)


def test_calibration_is_what_maps_are_estimated_from() -> None:
    mask = np.zeros_like(FULL)
    mask[::2] = True
    study = prepare(COILS * mask, Undersampling(mask), calibration=COILS)
    np.testing.assert_allclose(
        study.coil_maps(0), prepare(COILS, Undersampling(FULL), noise=study.noise).coil_maps(0), atol=1e-5
    )


def test_maps_and_masks_may_be_one_for_each_slice() -> None:
    frames = COILS.repeat(4, 0)
    maps = np.stack([np.full(COILS.shape[1:], 1 + slice_, np.complex64) for slice_ in (0, 1)])
    study = prepare(frames, Undersampling(FULL), maps=maps, series=2)
    assert [study.coil_maps(frame)[0, 0, 0] for frame in range(4)] == [1, 1, 2, 2]  # type: ignore[index]
    assert [study.alone(frame).coil_maps(0)[0, 0, 0] for frame in range(4)] == [1, 1, 2, 2]  # type: ignore[index]
    with pytest.raises(ReconError, match="there are coil maps for 2 slices, and k-space of 4"):
        prepare(frames, Undersampling(FULL), maps=maps)
    masks = np.stack([FULL] * 4)
    masks[2, :3] = False
    np.testing.assert_array_equal(prepare(frames, Undersampling(masks)).mask(2), masks[2])


@pytest.mark.slow
def test_a_field_of_view_that_is_too_small_takes_two_sets_of_maps() -> None:
    coils = folded(coil_maps(8, 64, 64) * phantom(), 40)
    samples = (transform(coils) + noise(8, 64, 40, level=0.005)).astype(np.complex64)
    mask = np.ones((64, 40), bool)
    mask[:, 1::2] = False
    mask[:, 10:30] = True
    study = prepare(samples[None] * mask, Undersampling(mask), maps="auto")
    sets = study.coil_maps(0)
    assert sets is not None
    truth = np.sqrt((np.abs(coils) ** 2).sum(0))
    errors = []
    for maps in (sets[None], sets[0]):
        one = replace(study, maps=maps)
        done = reconstruct_kspace(one, DictionaryPrior(), Solver())
        assert done.result.image.shape == done.starts.shape == (1, 64, 40)
        assert one.alone(0).measurement(0).sets == done.sets[0] == (2 if maps.ndim == 5 else 1)
        errors.append(
            np.linalg.norm(np.abs(np.asarray(done.result.image)[0]) - truth) / np.linalg.norm(truth)
        )
    assert errors[0] < 0.7 * errors[1]
    assert errors[0] < 0.08


def test_coil_images_under_a_mask_are_recognised() -> None:
    images = coil_maps(4, 64, 64) * phantom() + noise(4, 64, 64, level=0.1)
    mask = np.random.default_rng(0).random((64, 64)) < 0.3
    with pytest.raises(ReconError, match="looks like coil images"):
        prepare(images[None].astype(np.complex64), Undersampling(mask))
