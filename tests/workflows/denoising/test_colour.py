from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from skimage import data

from recon_cli import ReconError, denoise
from recon_cli.models.registry import find_dictionary
from recon_cli.priors import DictionaryPrior
from recon_cli.quality.metrics import psnr
from recon_cli.solver import Mode, Solver
from recon_cli.workflows.denoising.colour import SOLVED_ASIDE, denoise_colour, opponent
from recon_cli.workflows.denoising.pictures import Colour, denoise_picture

from ...child_memory import memory_taken
from ...photograph import denoise_by

Planes = NDArray[np.float32]
COLOUR: tuple[Colour, ...] = ("joint", "channels")


class _Recorder:
    """A denoiser that changes nothing and keeps what it was called with."""

    def __init__(self) -> None:
        self.calls: list[tuple[Planes, float]] = []
        self.boxes: list[tuple[float, float]] = []

    def __call__(self, planes: Planes, sigma: float, box: tuple[float, float], *_: str) -> Planes:
        self.boxes.append(box)
        self.calls.append((planes.copy(), sigma))  # what is passed is written over later
        return planes


def _noise(*shape: int) -> Planes:
    return np.random.default_rng(3).standard_normal(shape).astype(np.float32)


def _photographs() -> Planes:
    crops = data.astronaut()[84:124, 214:254], data.coffee()[170:210, 150:190]
    return np.stack([np.moveaxis(crop, -1, 0) for crop in crops]).astype(np.float32) / 255


@pytest.mark.parametrize(("mode", "sigma"), [("unrolled", 15), ("full", 25)])
def test_colour_gains_a_decibel_over_independent_channels(mode: Mode, sigma: float) -> None:
    known = [find_dictionary(f"sigma{level}-mean-free", level).tuned for level in (5, 25)]
    weak, strong = (tuned["denoise", mode] for tuned in known)

    def solve_planes(planes: Planes, sigma: float, box: tuple[float, float], *_: str) -> Planes:
        share = math.log(sigma / 5, 5)
        beta = weak.beta ** (1 - share) * strong.beta**share
        lam = weak.lam ** (1 - share) * strong.lam**share
        prior = DictionaryPrior("sigma25-mean-free", beta, lam)
        return np.asarray(denoise_by(prior, planes, sigma, Solver(mode, max_iterations=15)).image)

    unit, clean = (0.0, 1.0), _photographs()
    noisy = clean + sigma / 255 * _noise(*clean.shape)
    alone = solve_planes(noisy.reshape(-1, *noisy.shape[2:]), sigma, unit).reshape(noisy.shape)
    joint = denoise_colour(noisy, sigma, solve_planes)
    gains = [psnr(j, c) - psnr(a, c) for j, a, c in zip(joint, alone, clean, strict=True)]
    assert min(gains) > 0.7
    assert np.mean(gains) > 1


@given(st.integers(1, 3), st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_what_the_denoiser_leaves_alone_comes_back(batch: int, seed: int) -> None:
    images = np.random.default_rng(seed).random((batch, 3, 5, 7)).astype(np.float32)
    result = denoise_colour(images, 25, _Recorder())
    assert result.dtype == np.float32
    np.testing.assert_allclose(result, images, atol=1e-6)


def test_a_second_minimum_takes_the_noise_of_differences_as_it_is() -> None:
    settled, unrolled = Solver("settled"), Solver("unrolled")
    for prior in (DictionaryPrior(), DictionaryPrior("sigma25-reweighted")):
        assert prior.smooth_level(20, settled) == (20, 1)
        assert prior.smooth_level(20, unrolled)[0] > 25
        assert prior.smooth_level(20, settled, white=False)[0] > 25
    assert DictionaryPrior("sigma25-minimum").smooth_level(20, settled)[0] > 25


def test_differences_take_no_level_above_those_that_are_tuned() -> None:
    unrolled = Solver("unrolled")
    assert DictionaryPrior().smooth_level(60, unrolled) == (pytest.approx(97.8), 1)
    assert DictionaryPrior().smooth_level(100, unrolled) == (100, pytest.approx(1.63**-1.5))
    assert DictionaryPrior("sigma5-mean-free").smooth_level(30, unrolled)[0] == 40
    assert DictionaryPrior("sigma25-fixed-mean").smooth_level(25, unrolled)[0] == 25
    with pytest.raises(ReconError, match="is tuned for sigma 101 "):
        DictionaryPrior().smooth_level(101, unrolled)


@pytest.mark.parametrize("mode", ["settled", "unrolled", "early-stop"])
@pytest.mark.parametrize("sigma", [65, 100])
def test_colours_gain_by_each_other_up_to_the_highest_level(mode: Mode, sigma: float) -> None:
    clean = data.coffee()[170:202, 150:182].astype(np.float32) / 255
    noisy = clean + np.float32(sigma / 255) * _noise(*clean.shape)
    joint, alone = (
        denoise(noisy, sigma, channel_axis=-1, value_range=(0, 1), mode=mode, color=color) for color in COLOUR
    )
    assert psnr(joint, clean) > psnr(alone, clean) + 0.1


def test_the_planes_have_the_noise_that_is_said() -> None:
    recorder = _Recorder()
    denoise_colour(0.5 + 10 / 255 * _noise(2, 3, 200, 200), 10, recorder)
    (luma, luma_sigma), (chroma, chroma_sigma) = recorder.calls
    assert luma_sigma == pytest.approx(10 / math.sqrt(3))
    assert chroma_sigma == 10
    np.testing.assert_allclose(255 * luma.std((1, 2)), luma_sigma, rtol=0.02)
    np.testing.assert_allclose(255 * chroma.std((1, 2)), 10, rtol=0.02)
    correlations = np.corrcoef(np.stack([luma[0], chroma[0], chroma[2]]).reshape(3, -1))
    assert np.abs(correlations - np.eye(3)).max() < 0.02


@pytest.mark.parametrize("box", [(0.0, 1.0), (-0.5, 0.25), (0.25, 3.0)])
def test_every_colour_lies_in_the_box(box: tuple[float, float]) -> None:
    corners = np.array(list(itertools.product(box, repeat=3)), np.float32)[..., None, None]
    recorder = _Recorder()
    np.testing.assert_allclose(denoise_colour(corners, 25, recorder, box), corners, atol=1e-6)
    assert len(recorder.calls) > 1
    for (planes, _), (low, high) in zip(recorder.calls, recorder.boxes, strict=True):
        assert planes.min() == pytest.approx(low, abs=1e-6)
        assert planes.max() == pytest.approx(high, abs=1e-6)


def test_levels_that_differ_have_independent_planes_of_the_levels_that_are_said() -> None:
    levels, recorder = np.array([8.0, 4.0, 24.0]), _Recorder()
    noisy = 0.5 + levels[:, None, None].astype(np.float32) / 255 * _noise(1, 3, 300, 300)
    np.testing.assert_allclose(denoise_colour(noisy, levels, recorder), noisy.clip(0, 1), atol=1e-6)
    (luma, mean), (first, one), (second, two) = recorder.calls
    assert mean == pytest.approx((1 / 64 + 1 / 16 + 1 / 576) ** -0.5)
    planes = np.stack([luma[0], first[0], second[0]])
    np.testing.assert_allclose(255 * planes.std((1, 2)), [mean, one, two], rtol=0.02)
    assert np.abs(np.corrcoef(planes.reshape(3, -1)) - np.eye(3)).max() < 0.02


def test_equal_levels_have_the_opponent_transform() -> None:
    rows, levels = opponent(np.full(3, 7.0))
    wanted = [np.full(3, 1 / 3), np.array([1, 0, -1]) / 2**0.5, np.array([1, -2, 1]) / 6**0.5]
    np.testing.assert_allclose(rows, wanted, atol=1e-12)
    np.testing.assert_allclose(levels, [7 / math.sqrt(3), 7, 7])


@pytest.mark.slow
@pytest.mark.parametrize("levels", [(8, 4, 24), (10, 20, 10)])
def test_colours_of_unequal_noise_gain_by_each_other(levels: tuple[int, ...]) -> None:
    clean = np.moveaxis(data.coffee()[170:234, 150:214], -1, 0)[None].astype(np.float32) / 255
    noisy = clean + np.float32(levels)[:, None, None] / 255 * _noise(*clean.shape)
    solver = Solver("unrolled")
    joint, alone = (
        denoise_picture(noisy, np.float64([levels]), DictionaryPrior(), solver, 2**30, colour).image
        for colour in COLOUR
    )
    assert psnr(joint, clean) > psnr(alone, clean) + 0.5  # type: ignore[arg-type]


def test_grey_images_have_no_chroma() -> None:
    grey = np.repeat(np.random.default_rng(1).random((2, 1, 6, 6)).astype(np.float32), 3, 1)
    recorder = _Recorder()
    denoise_colour(grey, 25, recorder)
    np.testing.assert_allclose(recorder.calls[0][0], grey[:, 0], atol=1e-6)
    np.testing.assert_allclose(recorder.calls[1][0], 0.5, atol=1e-6)


@pytest.mark.parametrize(("batch", "height"), [(1, 1500), (40, 200)])
def test_besides_the_result_there_is_what_was_solved_of_two_planes(batch: int, height: int) -> None:
    images = np.full((batch, 3, height, 300), 0.5, np.float32)  # zeros would not be there until they are used
    result = images.nbytes
    taken = memory_taken(
        lambda: denoise_colour(images[:, :, :10], 25, lambda planes, *_: planes.copy()),
        lambda: denoise_colour(images, 25, lambda planes, *_: planes.copy()),
    )
    assert result < taken < (1 + SOLVED_ASIDE) * result + 2**24
