from __future__ import annotations

import numpy as np
import pytest

from recon_cli.workflows.denoising.noise import White, as_they_are
from recon_cli.workflows.denoising.residuals import residual_of
from recon_cli.workflows.images.blurred import BlurredCamera
from recon_cli.workflows.images.camera import Camera
from recon_cli.workflows.images.kernel_names import coarse_kernel, named_kernel
from recon_cli.workflows.images.simulation import simulate

IMAGE = np.random.default_rng(0).random((96, 96), np.float32)
CAMERAS = {
    "direct": Camera(),
    "blurred": BlurredCamera(kernel=named_kernel("gaussian:1.5", "--psf")[0]),
    "coarse": BlurredCamera(kernel=coarse_kernel(None, 2, "middle")[0], factor=2),
}


def _white(camera: Camera, sigma: float) -> White:
    data = simulate(IMAGE, camera, sigma)[None, None]
    return White(data, np.array([[sigma]]), "", np.array([[0.0, 1.0]]), as_they_are)


@pytest.mark.parametrize("name", CAMERAS)
def test_the_residual_of_the_truth_is_white_noise_of_deviation_one(name: str) -> None:
    white = _white(CAMERAS[name], 5)
    residual = residual_of(white, IMAGE[None, None], CAMERAS[name], None)
    assert residual is not None
    assert residual.shape == white.planes.shape[1:]
    assert residual.std() == pytest.approx(1, abs=0.05)


def test_holes_are_no_numbers_and_what_was_left_as_it_is_has_no_residual() -> None:
    white, holes = _white(Camera(), 5), np.zeros((1, 96, 96), np.bool_)
    holes[0, 3] = True
    residual = residual_of(white, IMAGE[None, None], Camera(), holes)
    assert residual is not None
    np.testing.assert_array_equal(np.isnan(residual), holes)
    assert residual_of(_white(Camera(), 0), IMAGE[None, None], Camera(), None) is None
