from __future__ import annotations

import math

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.priors import DictionaryPrior
from recon_cli.solver import Solver
from recon_cli.workflows.mri.coils import limit_maps
from recon_cli.workflows.mri.frames import reconstruct_kspace
from recon_cli.workflows.mri.masks import generate_mask
from recon_cli.workflows.mri.noise import KSpaceNoise, known_noise, noise_of_samples, noise_of_scan
from recon_cli.workflows.mri.sampling import Undersampling
from recon_cli.workflows.mri.study import prepare

from .acquisitions import coil_maps, noise, phantom, transform

MASK = generate_mask("random", 64, 64, 0.4)
IMAGE = phantom()
MAPS = coil_maps(6, 64, 64)
CLEAN = transform(MAPS * IMAGE)
SCAN = np.asarray(CLEAN + noise(6, 64, 64), np.complex64)
MIX = np.random.default_rng(1).standard_normal((6, 6)) + 1j * np.random.default_rng(2).standard_normal((6, 6))


def test_the_level_is_found_beside_the_signal() -> None:
    assert noise_of_samples(SCAN, MASK, True).level == pytest.approx(0.01, rel=0.4)
    louder = np.asarray(CLEAN + noise(6, 64, 64, level=0.05), np.complex64)
    assert noise_of_samples(louder, MASK, True).level == pytest.approx(0.05, rel=0.3)


def test_several_coils_without_noise_say_so() -> None:
    assert noise_of_samples(CLEAN, MASK, True).level < 1e-3


def test_the_origin_does_not_matter() -> None:
    there = noise_of_samples(np.fft.ifftshift(SCAN, (1, 2)), np.fft.ifftshift(MASK), False)
    assert there.level == pytest.approx(noise_of_samples(SCAN, MASK, True).level, rel=1e-5)


def test_a_coil_with_more_noise_counts_less() -> None:
    samples = SCAN.copy()
    samples[2] += noise(64, 64, level=0.1, seed=3)
    found = noise_of_samples(samples, MASK, True)
    assert found.whitening is not None
    weights = np.abs(np.diag(found.whitening))
    assert weights[2] < 0.3 * np.delete(weights, 2).min()


def test_whitened_noise_is_white() -> None:
    mixed = noise_of_scan(MIX @ MIX.conj().T * 1e-4)
    assert mixed.whitening is not None
    white = mixed.whitening @ MIX * 0.01
    np.testing.assert_allclose(white @ white.conj().T, mixed.level**2 * np.eye(6), atol=1e-5 * mixed.level**2)


def test_mixed_coils_give_the_same_image() -> None:
    """With maps and noise mixed alike nothing else was measured."""
    alone = noise_of_scan(1e-4 * np.eye(6))
    mixed = noise_of_scan(1e-4 * MIX @ MIX.conj().T)
    samples, maps = (np.einsum("ij,jyx->iyx", MIX, coils).astype(np.complex64) for coils in (SCAN, MAPS))
    solver = Solver(count=12)
    images = []
    for coils, sensitivities, known in ((SCAN, MAPS, alone), (samples, maps, mixed)):
        scale = 0.8 / limit_maps(sensitivities)[1]
        study = prepare(coils[None], Undersampling(MASK), maps=sensitivities, noise=known, scale=scale)
        images.append(np.asarray(reconstruct_kspace(study, DictionaryPrior(), solver).result.image))
    np.testing.assert_allclose(images[0], images[1], atol=5e-3)


def test_the_units_of_k_space_do_not_matter() -> None:
    solver, images = Solver(count=12), []
    for factor in (1, 1000):
        study = prepare(np.complex64(factor) * SCAN[None], Undersampling(MASK), maps=MAPS)
        images.append(np.asarray(reconstruct_kspace(study, DictionaryPrior(), solver).result.image) / factor)
    np.testing.assert_allclose(images[0], images[1], atol=1e-3)


def test_less_noise_means_weaker_strengths() -> None:
    def beta(level: float) -> float:
        study = prepare(SCAN[None], Undersampling(MASK), maps=MAPS, noise=level)
        measured = study.measurement(0)
        prepared = DictionaryPrior().prepare("mri", measured.sigma, Solver(), measured.weight)
        return prepared.tuned.beta

    assert beta(0.002) < beta(0.01) < beta(0.05)


@pytest.mark.parametrize("level", [0.0, -1.0, float("nan")])
def test_a_level_that_is_none_is_refused(level: float) -> None:
    with pytest.raises(ReconError, match="--noise-level has to be a positive number"):
        prepare(SCAN[None], Undersampling(MASK), maps=MAPS, noise=level)


def test_a_singular_covariance_is_refused() -> None:
    with pytest.raises(ReconError, match="singular"):
        noise_of_scan(np.diag([1.0, 0.0]).astype(np.complex128))


def test_the_default_is_near_the_truth() -> None:
    study = prepare(SCAN[None] * MASK, Undersampling(), maps=MAPS)
    image = np.asarray(reconstruct_kspace(study, DictionaryPrior(), Solver()).result.image)[0]
    error = np.sqrt((np.abs(np.abs(image) - np.abs(IMAGE)) ** 2).mean())
    assert -20 * np.log10(error) > 33


def test_without_noise_what_maps_leave_counts_and_of_exact_maps_nothing() -> None:
    maps = coil_maps(8, 48, 48)
    mask = np.random.default_rng(0).random((48, 48)) < 0.5
    mask[12:36, 12:36] = True
    samples = (transform(maps * phantom(48)) * mask).astype(np.complex64)
    study = prepare(samples[None], Undersampling(mask), maps=maps)
    estimated = prepare(samples[None], Undersampling(mask), maps="auto")
    levels = []
    for each in (study, estimated):
        noise_of_frame = each.noise_beside(samples, mask, each.coil_maps(0))
        assert noise_of_frame is not None
        levels.append(noise_of_frame.level / float(np.sqrt((np.abs(samples[:, mask]) ** 2).mean())))
    assert levels[0] < 5e-4
    assert levels[1] > 2e-3


def test_what_is_known_of_samples_follows_their_unit() -> None:
    scan = known_noise(np.diag([4.0, 9.0]).astype(np.complex128), None, 8.0)
    assert isinstance(scan, KSpaceNoise)
    assert scan.level == pytest.approx(math.sqrt(6))
    given = known_noise(np.diag([4.0, 9.0]).astype(np.complex128), 24.0, 8.0)
    assert isinstance(given, KSpaceNoise)
    assert (given.level, known_noise(None, 24.0, 8.0)) == (3.0, 3.0)


@pytest.mark.parametrize("coils", [1, 2, 3])
def test_few_coils_without_noise_are_not_fitted_to_the_last_digit(coils: int) -> None:
    """Nothing tells what else they hold, and that would take long."""
    samples = transform(coil_maps(coils, 96, 96) * phantom(96))
    mask = generate_mask("random", 96, 96, 0.4)
    mask[38:58, 38:58] = True
    found = noise_of_samples(samples * mask, mask, True).level
    assert 1e-3 < found / float(np.sqrt((np.abs(samples[:, mask]) ** 2).mean())) < 0.1
