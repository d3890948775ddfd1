from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from recon_cli.engine.operators.fourier import Origin as Fft
from recon_cli.errors import ReconError
from recon_cli.workflows.mri.simulate import birdcage, simulate

SHAPES = [(16, 20), (15, 21), (16, 21)]
shapes = pytest.mark.parametrize("shape", SHAPES)
every_fft = pytest.mark.parametrize("fft", get_args(Fft))


def _image(shape: tuple[int, int], seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).random(shape).astype(np.float32)


def _full(shape: tuple[int, int]) -> NDArray[np.bool_]:
    return np.ones(shape, bool)


@shapes
@every_fft
def test_full_sampling_without_noise_gives_the_image_back(shape: tuple[int, int], fft: Fft) -> None:
    image = _image(shape)
    samples = simulate(image, _full(shape), 0, fft=fft)
    assert samples.dtype == np.complex64
    back = np.fft.ifft2(samples if fft == "uncentered" else np.fft.ifftshift(samples), norm="ortho")
    if fft == "centered":
        back = np.fft.fftshift(back)
    np.testing.assert_allclose(back, image, atol=2e-6)


@shapes
@every_fft
def test_the_mean_of_the_image_is_at_the_origin(shape: tuple[int, int], fft: Fft) -> None:
    image = _image(shape)
    origin = (shape[0] // 2, shape[1] // 2) if fft != "uncentered" else (0, 0)
    samples = simulate(image, _full(shape), 0, fft=fft)
    assert samples[origin] == pytest.approx(image.sum() / np.sqrt(image.size), rel=1e-5)
    assert np.abs(samples).argmax() == np.ravel_multi_index(origin, shape)


def test_a_point_in_the_middle_has_a_flat_transform_without_phase() -> None:
    places: list[tuple[Fft, tuple[int, int]]] = [
        ("centered", (7, 10)), ("uncentered", (0, 0)), ("shifted", (0, 0)),
    ]  # fmt: skip
    for fft, place in places:
        image = np.zeros((15, 21), np.float32)
        image[place] = 1
        samples = simulate(image, _full((15, 21)), 0, fft=fft)
        np.testing.assert_allclose(samples, 1 / np.sqrt(15 * 21), atol=1e-6)


@pytest.mark.parametrize("noise", [5.0, 20.0])
def test_the_noise_has_its_variance_half_in_each_part(noise: float) -> None:
    shape = (200, 220)
    error = simulate(_image(shape), _full(shape), noise) - simulate(_image(shape), _full(shape), 0)
    for part in (error.real, error.imag):
        assert part.std() == pytest.approx(noise / 255 / np.sqrt(2), rel=0.02)
        assert abs(part.mean()) < 0.02 * noise / 255
    assert abs(np.mean(error.real * error.imag)) < 0.02 * np.mean(error.real**2)


@every_fft
def test_off_the_mask_are_exact_zeros_and_on_it_the_full_samples(fft: Fft) -> None:
    mask = np.random.default_rng(1).random((16, 21)) < 0.4
    image = _image((16, 21))
    samples = simulate(image, mask, 5, fft=fft)
    whole = simulate(image, _full((16, 21)), 5, fft=fft)
    assert not samples[~mask].any()
    assert (samples[mask] != 0).all()
    np.testing.assert_array_equal(samples[mask], whole[mask])


@pytest.mark.parametrize("noise", [-1.0, float("nan"), float("inf")])
def test_noise_that_is_no_level_is_refused(noise: float) -> None:
    with pytest.raises(ReconError, match="--sigma has to be zero or a positive number") as refused:
        simulate(_image((16, 20)), _full((16, 20)), noise)
    assert refused.value.exit_code == 2


def test_seeds_of_the_noise_reproduce_and_differ() -> None:
    image, full = _image((16, 20)), _full((16, 20))
    one, again, other = (simulate(image, full, 5, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other).max() > 1e-3


@every_fft
def test_slices_are_measured_each_on_its_own(fft: Fft) -> None:
    images = np.stack([_image((16, 21)), 0.5 * _image((16, 21))])
    both = simulate(images, _full((16, 21)), 0, fft=fft)
    for image, samples in zip(images, both, strict=True):
        np.testing.assert_allclose(samples, simulate(image, _full((16, 21)), 0, fft=fft), atol=1e-6)
    noisy = simulate(images, _full((16, 21)), 5, fft=fft) - both
    assert abs(np.corrcoef(noisy[0].real.ravel(), noisy[1].real.ravel())[0, 1]) < 0.2


def test_coils_of_a_birdcage_see_all_of_the_field_of_view_together() -> None:
    maps = birdcage(6, (20, 28))
    assert maps.shape == (6, 20, 28)
    assert np.allclose((np.abs(maps) ** 2).sum(0), 1)
    edge = np.abs(maps[0, 10])
    assert (np.diff(edge) > 0).all()  # the first stands to the right
