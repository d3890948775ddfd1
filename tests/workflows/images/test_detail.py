from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from skimage import data

from recon_cli.engine.operators.kernels import gaussian
from recon_cli.workflows.images.blurred import BlurredCamera
from recon_cli.workflows.images.detail import of_slices
from recon_cli.workflows.images.simulation import simulate
from recon_cli.workflows.tomography.projections import Projections
from recon_cli.workflows.tomography.simulate import simulate_scan
from recon_cli.workflows.tomography.study import Asked, prepare

PHOTO = (data.camera()[100:196, 200:296] / 255).astype(np.float32)
SMOOTH = gaussian_filter(PHOTO, 6)
ANGLES = tuple(180 / 40 * np.arange(40))


def _seen(clean: NDArray[np.float32], factor: int = 1, sigma: float = 2.0, width: float = 1.2) -> float:
    camera = BlurredCamera(kernel=gaussian(width, (factor - 1) / 2), factor=factor)
    return camera.seeing(simulate(clean, camera, sigma)[None], None, sigma).detail


def _scanned(clean: NDArray[np.float32]) -> float:
    made = simulate_scan(clean[None], ANGLES, 0.01)
    return prepare(Projections(made.values, "", ()), Asked(ANGLES, sigma=made.sigma), "it").scan.detail


@pytest.mark.parametrize("factor", [1, 2, 3])
def test_a_smooth_picture_gets_a_stronger_prior(factor: int) -> None:
    assert _seen(SMOOTH, factor) < 0.75 * _seen(PHOTO, factor)


def test_a_smooth_slice_gets_a_stronger_prior() -> None:
    assert _scanned(SMOOTH) < 0.75 * _scanned(PHOTO)


def test_blur_and_noise_change_little_of_what_is_told_of_a_picture() -> None:
    shares = [_seen(PHOTO, 1, sigma, width) for sigma in (1, 8) for width in (0.6, 2.0)]
    assert max(shares) < 1.4 * min(shares)


@settings(deadline=None)
@given(share=st.floats(0.3, 0.9), seed=st.integers(0, 50))
def test_pixels_without_data_do_not_count(share: float, seed: int) -> None:
    camera = BlurredCamera(kernel=gaussian(1.0))
    rng = np.random.default_rng(seed)
    noisy, kept = simulate(PHOTO, camera, 2.0), rng.random(PHOTO.shape) > share
    spoilt = np.where(kept, noisy, rng.random(PHOTO.shape)).astype(np.float32)
    spoilt, noisy = spoilt[None], np.where(kept, noisy, 0)[None]
    same = [camera.seeing(planes, kept, 2.0).detail for planes in (noisy, spoilt)]
    assert same[0] == same[1]


def test_without_any_neighbours_it_is_that_of_photographs() -> None:
    lonely = np.zeros(PHOTO.shape, bool)
    lonely[::3, ::3] = True
    assert BlurredCamera(kernel=gaussian(1.0)).seeing(PHOTO[None], lonely, 2.0).detail == 1.0


def test_the_level_stays_that_of_the_noise_where_nothing_is_lost() -> None:
    camera = BlurredCamera(kernel=gaussian(0.01))
    assert camera.seeing(SMOOTH[None], None, 5.0).level(5.0) == pytest.approx(5.0, rel=1e-3)


def test_parts_of_a_picture_have_one_level() -> None:
    camera = BlurredCamera(kernel=gaussian(1.6)).steady()
    assert {camera.seeing(planes[None], None, 2.0).level(2.0) for planes in (PHOTO, SMOOTH)} == {
        camera.level(2.0)
    }


def test_a_disc_of_hardly_any_pixels_is_that_of_photographs() -> None:
    nowhere = np.zeros(PHOTO.shape, bool)
    assert of_slices(PHOTO[None], PHOTO, nowhere, 2.0) == 1.0
