from __future__ import annotations

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.workflows.mri.coils import compressed, estimate_maps, limit_maps
from recon_cli.workflows.mri.masks import generate_mask

from .acquisitions import coil_maps, folded, noise, phantom, shifted, transform


@pytest.mark.parametrize("centred", [True, False])
@pytest.mark.parametrize("side", [8, 24, None])
def test_the_maps_of_a_phantom_are_found_from_the_middle_of_k_space(centred: bool, side: int | None) -> None:
    truth, head = coil_maps(4, 64, 64), phantom()
    mask = np.ones((64, 64), bool)
    if side is not None:
        mask = generate_mask("cartesian", 64, 64, 0.3)
        mask[32 - side // 2 : 32 + side // 2, 32 - side // 2 : 32 + side // 2] = True
    if not centred:
        truth, head, mask = (np.fft.ifftshift(array, (-2, -1)) for array in (truth, head, mask))
    samples = ((transform(truth * head, centred) + noise(4, 64, 64, level=0.002)) * mask).astype(np.complex64)
    maps = estimate_maps(samples, "centered" if centred else "uncentered")
    assert maps.shape == (4, 64, 64)
    assert maps.dtype == np.complex64
    power = (np.abs(maps) ** 2).sum(0)
    found, object_ = power > 0.5, np.abs(head) > 0.1
    np.testing.assert_allclose(power[found], 1, atol=1e-3)
    assert found[object_].mean() > 0.75
    unit = truth / np.sqrt((np.abs(truth) ** 2).sum(0))
    alike = np.abs((unit.conj() * maps).sum(0))[found & object_]
    assert alike.mean() > 0.98


def test_a_folded_object_has_two_sets_of_maps_and_one_that_fits_has_one() -> None:
    images = coil_maps(8, 64, 64) * phantom()
    assert estimate_maps(transform(images), "centered").shape == (8, 64, 64)
    sets = estimate_maps(transform(folded(images, 40)), "centered")
    assert sets.shape == (2, 8, 64, 40)
    both = (np.abs(sets).sum(1) > 0).all(0) & (np.abs(folded(phantom(), 40)) > 0.1)
    assert both[:, :8].mean() > 2 * both[:, 15:25].mean()
    assert both[:, -8:].mean() > 2 * both[:, 15:25].mean()
    products = (sets[0].conj() * sets[1]).sum(0)
    assert np.abs(products[both]).max() < 1e-4


def test_maps_of_shifted_k_space_have_their_origin_at_index_0() -> None:
    images = coil_maps(4, 49, 48) * phantom(49)[:, :48]
    here, there = estimate_maps(transform(images), "centered"), estimate_maps(shifted(images), "shifted")
    object_ = np.abs(images).sum(0) > 0.1
    alike = np.abs((here.conj() * there).sum(0))[object_ & (np.abs(here).sum(0) > 0)]
    assert alike.mean() > 0.98


def test_samples_are_not_changed() -> None:
    samples = transform(coil_maps(3, 32, 32) * phantom(32))
    before = samples.copy()
    estimate_maps(samples, "uncentered")
    np.testing.assert_array_equal(samples, before)


@pytest.mark.parametrize(("side", "hole"), [(4, False), (24, True)])
def test_too_little_of_the_middle_is_refused(side: int, hole: bool) -> None:
    mask = np.zeros((32, 40), bool)
    mask[16 - side // 2 : 16 + side // 2, 20 - side // 2 : 20 + side // 2] = True
    if hole:
        mask[18, 21] = False
    samples = transform(coil_maps(3, 32, 40) * np.ones((32, 40))) + noise(3, 32, 40)
    with pytest.raises(ReconError, match=r"only the middle 4 x 4 samples .* too few .* --maps FILE"):
        estimate_maps((samples * mask).astype(np.complex64), "centered")


def test_k_space_without_coherent_coils_is_refused() -> None:
    samples = np.zeros((24, 40, 40), np.complex64)
    samples[:, 17:23, 17:23] = noise(24, 6, 6)
    with pytest.raises(ReconError, match="found no coil maps in the middle 6 x 6 samples"):
        estimate_maps(samples, "centered")


@pytest.mark.parametrize("factor", [1e-12, 1.0, 700.0])
def test_maps_are_divided_by_one_number(factor: float) -> None:
    maps = (factor * coil_maps(4, 12, 15)).astype(np.complex64)
    limited, largest = limit_maps(maps)
    assert limited.dtype == np.complex64
    assert largest == pytest.approx(factor, rel=1e-5)
    assert (np.abs(limited) ** 2).sum(0).max() == pytest.approx(1, rel=1e-5)
    np.testing.assert_allclose(limited * largest, maps, rtol=1e-5)


def test_maps_of_zeros_are_refused() -> None:
    with pytest.raises(ReconError, match="the coil maps are zero everywhere"):
        limit_maps(np.zeros((2, 5, 6), np.complex64))


@pytest.mark.parametrize(("most", "left"), [(None, 3), (2, 2), (8, 3)])
def test_coils_are_combined_to_those_that_hold_more_than_noise_or_fewer(most: int | None, left: int) -> None:
    seen = transform(coil_maps(3, 32, 32) * phantom(32))
    mix = np.linalg.qr(np.random.default_rng(0).standard_normal((6, 3)))[0]
    samples = np.einsum("ij,jyx->iyx", mix, seen) + noise(6, 32, 32, level=0.01)
    maps = np.einsum("ij,jyx->iyx", mix, coil_maps(3, 32, 32)).astype(np.complex64)
    mask = np.ones((32, 32), bool)
    fewer, their_maps = compressed(samples.astype(np.complex64), maps, mask, 0.01, most)
    assert len(fewer) == len(their_maps) == left
    strongest = np.linalg.svd(seen.reshape(3, -1), compute_uv=False)[:left] ** 2
    assert (np.abs(fewer) ** 2).sum() == pytest.approx(strongest.sum(), rel=0.03)
