from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.ndimage import convolve

from recon_cli.engine.operators import Convolution, Crop, Decimation, Mask, Scaled, Weights

from ...helpers import random_images, random_mask


def test_it_is_the_convolution_of_scipy() -> None:
    kernel = np.random.default_rng(0).random((3, 5))
    x = random_images(1, 9, 8, dtype=torch.float64)
    seen = Convolution((9, 8), kernel).forward(x)[0].numpy()
    np.testing.assert_allclose(seen, convolve(x[0].numpy(), kernel, mode="wrap"), atol=1e-12)


def test_a_kernel_larger_than_the_images_is_refused() -> None:
    with pytest.raises(ValueError, match="larger than the images"):
        Convolution((3, 9), np.ones((4, 4)))


def test_the_middle_of_a_larger_image_does_not_wrap_around() -> None:
    kernel, image = np.ones((3, 3)) / 9, torch.zeros(1, 8, 8)
    image[0, 0, 0] = 1  # in the frame
    seen = (Crop((6, 6), 1) @ Convolution((8, 8), kernel)).forward(image)
    assert float(seen[0, 0, 0]) == pytest.approx(1 / 9)
    assert float(seen.sum()) == pytest.approx(1 / 9)


def test_however_they_are_joined_the_spectrum_is_known() -> None:
    convolution, like = Convolution((8, 8), np.ones((3, 3)) / 9), torch.zeros(1, dtype=torch.float64)
    weights = Weights(torch.full((3, 3), 2.0, dtype=torch.float64))
    coarse = weights @ Mask(random_mask(3, 3)) @ (Decimation((3, 3), 2) @ (Crop((6, 6), 1) @ convolution))
    share = 4 * float(random_mask(3, 3).double().sum()) / 64
    torch.testing.assert_close(coarse.spectrum(like), share * convolution.spectrum(like))


def test_the_start_has_the_brightness_of_the_data() -> None:
    blurred = Crop((6, 6), 1) @ Convolution((8, 8), np.full((3, 3), 0.5))
    data = torch.full((1, 6, 6), 0.9)
    torch.testing.assert_close(blurred.start(data), torch.full((1, 8, 8), 0.2))


def test_a_coarse_picture_of_a_blur_is_known_as_a_sampled_convolution() -> None:
    convolution, like = Convolution((8, 8), np.ones((3, 3)) / 9), torch.zeros(1, dtype=torch.float64)
    coarse = Scaled(
        Weights(torch.full((3, 3), 2.0)) @ Decimation((3, 3), 2) @ Crop((6, 6), 1) @ convolution, 3.0
    )
    known = coarse.sampled_convolution(like)
    assert known is not None
    assert torch.equal(known[0], convolution.kernel_transform)
    kept = torch.zeros(8, 8, dtype=torch.float64)
    kept[1:7:2, 1:7:2] = 36
    assert torch.equal(known[1], kept)
    assert (convolution @ Mask(random_mask(8, 8))).sampled_convolution(like) is None
