from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from skimage import data

from recon_cli.errors import ReconError
from recon_cli.workflows.denoising.noise_level import colour_of, estimate_sigma

PHOTOGRAPHS = ("camera", "coins", "brick", "cell", "moon", "astronaut", "coffee", "chelsea")


def _crops(size: int = 256) -> NDArray[np.float32]:
    """Return the middles of grey photographs, `(n, size, size)`."""
    crops = []
    for name in PHOTOGRAPHS:
        image = getattr(data, name)().astype(np.float32) / 255
        grey = image if image.ndim == 2 else image.mean(2)
        top, left = ((length - size) // 2 for length in grey.shape)
        crops.append(grey[top : top + size, left : left + size])
    return np.stack(crops)


def _noise(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(5).standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize(
    ("sigma", "mean", "worst"),
    [(2, 0.15, 0.35), (5, 0.06, 0.15), (10, 0.03, 0.08), (25, 0.025, 0.06), (50, 0.025, 0.06)],
)
def test_sigma_of_photographs_is_found(sigma: float, mean: float, worst: float) -> None:
    clean = _crops()
    error = np.abs(estimate_sigma(clean + sigma / 255 * _noise(*clean.shape)) / sigma - 1)
    assert error.mean() < mean
    assert error.max() < worst


@pytest.mark.parametrize(("sigma", "worst"), [(5, 0.15), (25, 0.07), (50, 0.13)])
def test_clipped_bytes_are_no_obstacle(sigma: float, worst: float) -> None:
    clean = _crops()
    noisy = clean + sigma / 255 * _noise(*clean.shape)
    stored = np.round(noisy.clip(0, 1) * 255).astype(np.float32) / 255
    assert np.abs(estimate_sigma(stored) / sigma - 1).max() < worst


def test_saturated_areas_are_not_taken_for_clean_ones() -> None:
    scene = np.full((1, 128, 128), 0.5, np.float32)
    scene[:, :, 40:] = 2.0
    stored = (scene + 10 / 255 * _noise(*scene.shape)).clip(0, 1)
    assert estimate_sigma(stored)[0] == pytest.approx(10, rel=0.08)


@pytest.mark.parametrize("sigma", [5, 20])
def test_a_dark_image_with_half_its_noise_clipped(sigma: float) -> None:
    scene = np.zeros((1, 256, 256), np.float32)
    scene[:, 100:140, 100:140] = 0.5
    stored = np.round((scene + sigma / 255 * _noise(*scene.shape)).clip(0, 1) * 255) / 255
    assert estimate_sigma(stored.astype(np.float32))[0] == pytest.approx(sigma, rel=0.15)


@given(st.floats(0.1, 4), st.floats(-2, 2), st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_the_estimate_scales_with_the_plane(scale: float, shift: float, seed: int) -> None:
    plane = np.random.default_rng(seed).random((1, 40, 50))
    assert estimate_sigma(scale * plane + shift) == pytest.approx(scale * estimate_sigma(plane), rel=1e-6)


def test_each_plane_has_its_own_sigma() -> None:
    wanted = np.array([2, 10, 30])
    planes = 0.5 + wanted[:, None, None].astype(np.float32) / 255 * _noise(3, 200, 160)
    found = estimate_sigma(planes)
    np.testing.assert_allclose(found, wanted, rtol=0.05)
    np.testing.assert_array_equal(found, np.concatenate([estimate_sigma(plane[None]) for plane in planes]))


def test_large_and_thin_planes() -> None:
    assert estimate_sigma(0.5 + 10 / 255 * _noise(1, 1500, 1100))[0] == pytest.approx(10, rel=0.02)
    assert estimate_sigma(0.5 + 10 / 255 * _noise(1, 8, 4000))[0] == pytest.approx(10, rel=0.1)


def _fills(plane: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Return a plane with fill in several places, at its mean, which no saturation explains."""
    height, width = plane.shape
    rows, cols = np.mgrid[:height, :width]
    away = np.hypot(rows - height / 2, cols - width / 2)
    inner = (slice(30, -30), slice(30, -30))
    frame = np.full_like(plane, plane.mean())
    frame[inner] = plane[inner]
    bar = plane.copy()
    bar[-60:] = 0.4
    bar[-40:-20:7, 10:200:9] = 1
    return {
        "frame": frame,
        "bar of data": bar,
        "circle": np.where(away < 0.45 * height, plane, plane.mean()).astype(np.float32),
        "most": np.where(cols > 0.8 * width, plane, plane.mean()).astype(np.float32),
    }


@pytest.mark.parametrize("sigma", [5, 20])
@pytest.mark.parametrize("bytes_", [False, True])
def test_fill_is_not_taken_for_a_place_without_noise(sigma: float, bytes_: bool) -> None:
    for clean in _crops()[:4]:
        noisy = clean + sigma / 255 * _noise(*clean.shape)
        stored = np.round(noisy.clip(0, 1) * 255).astype(np.float32) / 255 if bytes_ else noisy
        whole = estimate_sigma(stored[None])[0]
        for where, filled in _fills(stored).items():
            assert estimate_sigma(filled[None])[0] == pytest.approx(whole, rel=0.1), where


def test_drawings_have_no_noise() -> None:
    rows, cols = np.mgrid[:200, :200]
    discs = sum((np.hypot(rows - 9 * k, cols - 90 - 5 * k) < 15) * k / 40 for k in range(5, 20))
    text = np.zeros((200, 200))
    text[::7, ::3] = 1
    for drawing in (discs, text, (rows + cols) / 400):
        assert estimate_sigma(np.float32(drawing)[None])[0] < 0.1


def test_no_noise_is_zero() -> None:
    np.testing.assert_allclose(estimate_sigma(np.full((2, 30, 30), 0.3, np.float32)), 0, atol=1e-4)


def test_planes_smaller_than_a_block_are_refused() -> None:
    with pytest.raises(
        ReconError, match="7 x 30 pixels are too few to estimate sigma; give --sigma"
    ) as refused:
        estimate_sigma(np.zeros((1, 7, 30), np.float32))
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("sigma", [5, 20])
def test_noise_that_was_smoothed_is_told_from_white_noise(sigma: float) -> None:
    for clean in _crops():
        noisy = clean + sigma / 255 * _noise(*clean.shape)
        assert colour_of(noisy[None]) != "correlated"
        assert colour_of(gaussian_filter(noisy, 0.6)[None]) == "correlated"
        stored = np.round(noisy.clip(0, 1) * 255).astype(np.float32) / 255
        assert colour_of(stored[None]) != "correlated"


def test_demosaicked_noise_is_correlated() -> None:
    noisy = _crops()[0] + 13 / 255 * _noise(256, 256)
    rows, cols = np.mgrid[:256, :256]
    green = np.where((rows + cols) % 2, noisy, 0)
    around = sum(np.roll(green, by, axis) for by in (-1, 1) for axis in (0, 1)) / 4
    assert colour_of(np.where((rows + cols) % 2, noisy, around).astype(np.float32)[None]) == "correlated"
