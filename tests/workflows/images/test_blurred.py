from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.ndimage import convolve

from recon_cli.engine.domain import Box
from recon_cli.engine.operators.kernels import Kernel, gaussian
from recon_cli.errors import ReconError
from recon_cli.priors import DictionaryPrior, RidgePrior, TotalVariationPrior
from recon_cli.solver import Solver
from recon_cli.workflows.images.blurred import BlurredCamera
from recon_cli.workflows.images.kernel_names import coarse_kernel


def _seen(camera: BlurredCamera, image: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Return what the camera makes of an image that is zero beyond the picture."""
    operator = camera.operator(shape)
    field = torch.zeros(1, *operator.image_shape, dtype=torch.float64)
    field[:, *camera.place(shape)] = torch.from_numpy(image)
    return operator.forward(field)[0].numpy()


def test_the_picture_is_the_middle_of_what_is_blurred() -> None:
    image, taps = np.random.default_rng(0).random((11, 13)), np.random.default_rng(1).random((3, 5))
    camera = BlurredCamera(kernel=Kernel(taps))
    row, column = camera.kernel.origin
    shift = (row - 1, column - 2)
    wanted = convolve(np.pad(image, 8), taps / taps.sum(), mode="constant", origin=0)
    wanted = np.roll(wanted, (-shift[0], -shift[1]), (0, 1))[8:-8, 8:-8]
    np.testing.assert_allclose(_seen(camera, image, (11, 13)), wanted, atol=1e-12)


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_a_coarse_picture_is_of_means_or_of_first_pixels(factor: int) -> None:
    image = np.random.default_rng(0).random((5 * factor, 6 * factor))
    means = image.reshape(5, factor, 6, factor).mean((1, 3))
    camera = BlurredCamera(kernel=coarse_kernel(None, factor, "middle").kernel, factor=factor)
    np.testing.assert_allclose(_seen(camera, image, (5, 6)), means, atol=1e-12)
    point = BlurredCamera(kernel=Kernel(np.ones((1, 1))), factor=factor)
    np.testing.assert_allclose(_seen(point, image, (5, 6)), image[::factor, ::factor], atol=1e-12)


def test_data_are_weighted_to_the_level_that_suits() -> None:
    camera = BlurredCamera(kernel=gaussian(1.0))
    planes = np.random.default_rng(0).random((2, 20, 24)).astype(np.float32)
    holes = np.zeros((20, 24), np.bool_)
    holes[3:6, 4:9] = True
    measurement = camera.measurement(planes, ~holes, Box(), 2.0)
    level = camera.level(2.0)
    assert measurement.sigma == level > 2
    np.testing.assert_allclose(measurement.data, planes * ~holes * (level / 2), rtol=1e-6)
    seen = measurement.forward(torch.full((1, *measurement.shape), 0.5))
    np.testing.assert_allclose(seen[0], 0.5 * level / 2 * ~holes, rtol=1e-5)


def test_a_kernel_larger_than_the_picture_is_refused() -> None:
    camera = BlurredCamera(kernel=gaussian(3.0))
    camera.check("in.png", (25, 25))
    with pytest.raises(ReconError, match=r"25 x 25 pixels, more than in.png with 24 x 60"):
        camera.check("in.png", (24, 60))


def test_a_coarse_picture_is_enlarged_about_the_middle_of_its_pixels() -> None:
    camera = BlurredCamera(kernel=coarse_kernel(None, 2, "middle").kernel, factor=2)
    ramp = np.broadcast_to(np.arange(12, dtype=np.float32), (1, 1, 10, 12))
    grown = camera.on_grid(ramp)
    assert grown.shape == (1, 1, 20, 24)
    np.testing.assert_allclose(grown[0, 0, 9, 9:15], (np.arange(9, 15) - 0.5) / 2, atol=2e-3)
    first = BlurredCamera(kernel=Kernel(np.ones((1, 1))), factor=2).on_grid(ramp)
    np.testing.assert_allclose(first[0, 0, ::2, ::2], ramp[0, 0], atol=1e-5)


def test_its_tolerance_is_that_of_the_priors_that_settle_where_none_is_given() -> None:
    camera = BlurredCamera(kernel=gaussian(1.0))
    for prior, near in ((DictionaryPrior(), 0.2), (TotalVariationPrior(), 0.5)):
        assert prior.prepare("denoise", 25, camera.solver(Solver())).used.tolerance == near
    for other, each in (
        (TotalVariationPrior(), Solver(tolerance=0.01)),
        (RidgePrior(), Solver(tolerance=0.01)),
        (RidgePrior(), Solver()),
    ):
        usual = other.prepare("denoise", 25, each).used.tolerance
        assert other.prepare("denoise", 25, camera.solver(each)).used.tolerance == usual
