from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from skimage import data

from recon_cli import denoise
from recon_cli.errors import ReconError
from recon_cli.quality.metrics import psnr

CLEAN = data.astronaut()[20:84, 180:244].astype(np.float64) / 255
NOISY = CLEAN + 25 / 255 * np.random.default_rng(1).standard_normal(CLEAN.shape)


@pytest.mark.slow
def test_a_grey_image_with_its_certificate() -> None:
    grey = NOISY[:32, :34, 1].astype(np.float32)
    result, report = denoise(grey, 25, report=True)
    assert (result.shape, result.dtype) == (grey.shape, np.float32)
    assert psnr(result, CLEAN[:32, :34, 1]) > psnr(grey, CLEAN[:32, :34, 1]) + 4
    assert report.converged
    assert report.gap >= 0
    minimum, certified = denoise(grey, 25, mode="full", model="adaptive", report=True)
    assert certified.converged
    assert 0 <= certified.gap <= 1e-3
    distance = 255 * np.sqrt(np.mean((result - minimum) ** 2))
    assert distance <= report.distance + certified.distance
    assert distance <= 0.2


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.float16])
def test_a_tensor_gives_a_tensor(dtype: torch.dtype) -> None:
    pixels = NOISY[:24, :20]
    noisy = torch.from_numpy(pixels).permute(2, 0, 1).to(dtype)
    result = denoise(noisy, 25, mode="unrolled", channel_axis=0)
    assert isinstance(result, torch.Tensor)
    assert (result.dtype, result.shape, result.device) == (dtype, noisy.shape, noisy.device)
    array = denoise(pixels, 25, mode="unrolled", channel_axis=-1)
    assert isinstance(array, np.ndarray)
    np.testing.assert_allclose(result.permute(1, 2, 0).numpy(), array, atol=2e-3)


def test_a_stack_of_any_depth_is_solved_plane_by_plane() -> None:
    planes = np.moveaxis(NOISY[:18, :20], -1, 0).reshape(3, 1, 18, 20)
    result = denoise(planes, 25, mode="unrolled")
    assert result.shape == planes.shape
    for plane, alone in zip(result[:, 0], planes[:, 0], strict=True):
        np.testing.assert_allclose(plane, denoise(alone, 25, mode="unrolled"), atol=1e-4)


def test_the_input_is_not_changed() -> None:
    noisy = NOISY[:24, :20, 0].astype(np.float32)
    before = noisy.copy()
    denoise(noisy, 25, mode="unrolled")
    np.testing.assert_array_equal(noisy, before)


def test_integers_with_their_range_keep_their_type() -> None:
    grey = np.rint(4095 * NOISY[:24, :20, 0].clip(0, 1)).astype(np.uint16)
    result, report = denoise(grey, 25, value_range=(0, 4095), mode="unrolled", report=True)
    assert isinstance(result, np.ndarray)
    assert (result.dtype, result.shape) == (np.uint16, grey.shape)
    assert report.image is result
    floats = denoise(grey / 4095, 25, mode="unrolled")
    np.testing.assert_allclose(result, 4095 * floats, atol=0.51)
    tensor = denoise(torch.from_numpy(grey.astype(np.int16)), 25, value_range=(0, 4095), mode="unrolled")
    assert isinstance(tensor, torch.Tensor)
    assert tensor.dtype == torch.int16
    np.testing.assert_array_equal(tensor.numpy(), result)


def test_a_range_that_is_auto_is_found_in_integers_and_in_other_units() -> None:
    counts = np.rint(100 + 900 * NOISY[:24, :20, 0].clip(0, 1)).astype(np.uint16)
    found = denoise(counts, 25, value_range="auto", mode="unrolled")
    moved = denoise(counts * np.float32(0.5), "auto", value_range="auto", mode="unrolled")
    itself = denoise(counts, "auto", value_range="auto", mode="unrolled")
    assert (found.dtype, moved.dtype) == (np.uint16, np.float32)
    assert found.min() >= counts.min()
    assert found.max() <= counts.max()
    np.testing.assert_allclose(2 * moved, itself, atol=1)
    floats = NOISY[:24, :20, 0]
    np.testing.assert_array_equal(
        denoise(floats, 25, value_range="auto", mode="unrolled"), denoise(floats, 25, mode="unrolled")
    )


class _EnoughError(Exception):
    pass


@pytest.mark.parametrize("mode", ["settled", "full", "early-stop", "unrolled"])
def test_who_follows_is_told_of_every_iteration_and_may_end_it(mode: Any) -> None:
    told: list[Any] = []

    def follow(words: str, tolerance: float | None) -> Any:
        told.append((words, tolerance))
        return told.append

    grey = NOISY[:24, :20, 0]
    _, report = denoise(grey, 25, mode=mode, follow=follow, report=True)
    (words, tolerance), *statuses = told
    assert (words, tolerance) == ("", report.used[0].tolerance)
    assert [status.iteration for status in statuses] == list(range(1, report.iterations + 1))
    assert mode not in ("settled", "full") or statuses[-1].gap == report.gap

    def end(status: Any) -> None:
        told.append(status)
        raise _EnoughError

    told.clear()
    with pytest.raises(_EnoughError):
        denoise(grey, 25, mode=mode, follow=lambda *_: end)
    assert [status.iteration for status in told] == [1]


def test_colours_may_be_anywhere() -> None:
    first, last = (
        denoise(np.moveaxis(NOISY[:20, :24], -1, axis), 25, channel_axis=axis, mode="unrolled")
        for axis in (0, -1)
    )
    np.testing.assert_array_equal(np.moveaxis(first, 0, -1), last)


@pytest.mark.slow
def test_sigma_may_be_a_map() -> None:
    levels, stack = np.full(NOISY.shape[:2], 10.0), np.moveaxis(NOISY, -1, 0).copy()
    levels[:, 20:] = 30
    for sigma in (levels, torch.from_numpy(levels)):
        colour = denoise(NOISY, sigma, channel_axis=-1, mode="unrolled")
        away, before = (
            np.abs(each - NOISY)[:, 20:].mean()
            for each in (colour, denoise(NOISY, 10, channel_axis=-1, mode="unrolled"))
        )
        assert away > 1.2 * before
    one = denoise(stack, levels, mode="unrolled")
    every = denoise(stack, np.stack([levels] * 3), mode="unrolled")
    np.testing.assert_array_equal(one, every)
    np.testing.assert_allclose(
        denoise(stack, np.full_like(levels, 25), mode="unrolled"), denoise(stack, 25, mode="unrolled")
    )


GREY = np.full((20, 20), 0.5)


@pytest.mark.parametrize(
    ("image", "options", "said"),
    [
        (GREY.tolist(), {}, "the image has to be a NumPy array or a torch tensor, not a list"),
        (np.zeros((20, 20), np.uint8), {}, "give floats|value_range"),
        (np.zeros(20), {}, r"an image is \(..., height, width\), and this has the shape \(20,\)"),
        (np.zeros((20, 20)), {"channel_axis": 0}, r"an image is \(..., height, width\)"),
        (np.zeros((0, 20)), {}, r"an image of the shape \(0, 20\) is empty"),
        (np.full((20, 20), np.nan), {}, "NaN or infinite"),
        (np.full((20, 20), 200.0), {}, "scale it to"),
        (GREY, {"mode": "ful"}, "^mode is one of settled, full, early-stop, unrolled, and is 'ful'$"),
        (
            GREY,
            {"sigma": GREY[1:]},
            r"a map of sigma has numbers for 20 x 20 pixels, .* float64 values of the shape \(19, 20\)",
        ),
        (GREY, {"sigma": 0 * GREY}, "the map of sigma is not positive in 400 pixels with data"),
        (GREY, {"sigma": "Auto"}, "sigma has to be a positive number, auto or planes, and is 'Auto'"),
        (GREY, {"sigma": None}, "sigma has to be a positive number, auto or planes, and is None"),
        (GREY, {"sigma": -5}, "sigma has to be a positive number, auto or planes, and is -5"),
        (GREY, {"sigma": 2000}, "no bundled dictionary is tuned for sigma 2000"),
        (GREY[None], {"channel_axis": 7}, "channel_axis is one of the 3 axes of the image, and is 7"),
        (GREY[None], {"channel_axis": 0.5}, "channel_axis is one of the 3 axes of the image, and is 0.5"),
        (GREY, {"color": "jiont"}, "color is one of joint, channels, and is 'jiont'"),
        (GREY, {"device": "tpu"}, "device is one of auto, cpu, cuda, mps, and is 'tpu'"),
        (GREY, {"model": "best"}, "there is no model best; bundled are"),
        (GREY, {"model": 3}, "model has to be a str or Dictionary, not a int"),
        (GREY, {"beta": "much"}, "--beta has to be a positive number, and is 'much'"),
        (GREY, {"tol": 0}, "--tol has to be a positive number, and is 0"),
        (GREY, {"max_iter": 1.5}, "--max-iter have to be at least 1"),
        (GREY, {"memory": "1G"}, "memory has to be a positive number, and is '1G'"),
        (GREY, {"value_range": (1, 1)}, "value_range is two numbers, the smaller one first"),
    ],
)
def test_every_wrong_argument_earns_a_sentence(image: Any, options: dict[str, Any], said: str) -> None:
    sigma = options.get("sigma", 25)
    rest = {"mode": "unrolled"} | {name: value for name, value in options.items() if name != "sigma"}
    with pytest.raises(ReconError, match=said) as refused:
        denoise(image, sigma, **rest)
    assert "\n" not in str(refused.value)
