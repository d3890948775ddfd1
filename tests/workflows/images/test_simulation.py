from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from recon_cli.engine.operators.kernels import gaussian
from recon_cli.files.images.picture import Picture
from recon_cli.workflows.images.blurred import BlurredCamera
from recon_cli.workflows.images.inpainting import HollowCamera
from recon_cli.workflows.images.kernel_names import coarse_kernel
from recon_cli.workflows.images.simulation import simulate, simulate_picture


def _image(*shape: int) -> np.ndarray:
    return np.random.default_rng(3).random(shape).astype(np.float32)


def test_a_blur_goes_on_beyond_the_border_as_a_mirror_image() -> None:
    image = _image(20, 24)
    wanted = gaussian_filter(image.astype(float), 1.2, mode="reflect", truncate=5 / 1.2)
    np.testing.assert_allclose(simulate(image, BlurredCamera(kernel=gaussian(1.2)), 0), wanted, atol=1e-6)


def test_noise_has_the_level_that_is_asked_for_and_follows_from_the_seed() -> None:
    image, camera = np.full((60, 60), 0.5, np.float32), HollowCamera()
    first, again, other = (simulate(image, camera, 10, seed) for seed in (1, 1, 2))
    np.testing.assert_allclose(255 * (first - image).std(), 10, rtol=0.05)
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_a_colour_picture_becomes_coarse_in_its_own_type() -> None:
    array = np.repeat(np.repeat(np.arange(60, dtype=np.uint8).reshape(4, 5, 3), 3, 0), 3, 1)
    array = np.pad(array, ((0, 2), (0, 1), (0, 0)))  # rows and columns that make no whole pixel
    camera = BlurredCamera(kernel=coarse_kernel(None, 3, "middle").kernel, factor=3)
    made, held = simulate_picture(Picture("in.png", "png", array, "YXS", True), "png", camera, 0, 0, 0)
    np.testing.assert_array_equal(made.array, np.arange(60).reshape(4, 5, 3))
    assert (made.array.dtype, held) == (np.uint8, None)


def test_planes_of_a_stack_miss_the_same_pixels_and_have_noise_of_their_own() -> None:
    stack = np.full((2, 40, 40), 30000, np.uint16)
    made, held = simulate_picture(Picture("in.tif", "npy", stack, "QYX"), "npy", HollowCamera(), 5, 0.3, 0)
    assert held is not None
    assert abs(held.mean() - 0.7) < 0.06
    assert ((made.array == 0) == ~held).all()
    assert (made.array[0] != made.array[1])[held].mean() > 0.9
