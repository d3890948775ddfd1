from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data

from recon_cli.errors import ReconError
from recon_cli.files.images.channels import Spans
from recon_cli.files.images.span import Span
from recon_cli.priors import DictionaryPrior
from recon_cli.solver import Solver
from recon_cli.workflows.denoising.noise import GaussianNoise, Noise
from recon_cli.workflows.denoising.noise_map import NoiseMap
from recon_cli.workflows.denoising.pictures import denoise_picture
from recon_cli.workflows.denoising.whitening import whiten

CLEAN = data.camera()[100:196, 150:246].astype(np.float32) / 255
UNIT = Span(0, 1)


def _map(left: float, right: float, planes: int = 1) -> NDArray[np.float64]:
    levels = np.full((planes, *CLEAN.shape), float(left))
    levels[..., CLEAN.shape[1] // 2 :] = right
    return levels


def _gain(noise: Noise, levels: NDArray[np.float64], mode: str = "settled", holes: bool = False) -> float:
    """Return the PSNR of the result, of pixels with data."""
    noisy = CLEAN + levels / 255 * np.random.default_rng(0).standard_normal(levels.shape)
    planes, where = noisy[:, None].astype(np.float32), np.zeros(levels.shape, np.bool_)
    where[:, 20:24] = holes
    white = noise.whiten(planes, UNIT, where)
    done = denoise_picture(
        white.planes,
        white.sigmas,
        DictionaryPrior(),
        Solver("unrolled" if mode == "unrolled" else "settled"),
        2**30,
        holes=where if holes else None,
        weights=white.weights,
    )
    return float(-10 * np.log10(np.mean((np.asarray(done.image)[:, 0] - CLEAN)[~where] ** 2)))


@pytest.mark.slow
def test_a_map_is_better_than_any_level() -> None:
    levels = _map(5, 40)
    best = max(_gain(GaussianNoise(sigma), levels) for sigma in (5, 15, 25, 30, 40, 50))
    assert _gain(NoiseMap(levels), levels) > best + 0.7


@pytest.mark.slow
def test_a_uniform_map_is_a_number() -> None:
    levels = _map(20, 20)
    for mode in ("settled", "unrolled"):
        assert _gain(NoiseMap(levels), levels, mode) == pytest.approx(_gain(GaussianNoise(20), levels, mode))


def test_holes_have_no_weight_and_their_levels_do_not_matter() -> None:
    levels = _map(10, 25)
    other = levels.copy()
    other[:, 20:24] = math.nan
    found = [_gain(NoiseMap(each), levels, "unrolled", holes=True) for each in (levels, other)]
    assert found[0] == pytest.approx(found[1], abs=0.02)
    assert found[1] > 26


def test_units_and_words() -> None:
    planes = np.zeros((2, 3, *CLEAN.shape), np.float32)
    white = NoiseMap(_map(100, 300), "data").whiten(planes, Span(0, 4080))
    assert white.said == "sigma by a map, from 6.25 to 18.75/255, on average 12.5"
    np.testing.assert_allclose(white.sigmas, 12.5)
    assert white.weights is not None
    assert white.weights.shape == (2, *CLEAN.shape)
    assert white.weights[0, 0, 0] / white.weights[0, 0, -1] == pytest.approx(3**0.75)
    assert NoiseMap(_map(100, 300), "data").least_range(None) == pytest.approx(200 * 5.1)


def test_channels_have_the_planes_of_the_map_that_are_theirs() -> None:
    levels, channel = _map(10, 20, 4), np.array([0, 1, 0, 1])
    levels[1::2] = 30
    parts = NoiseMap(levels).split(channel, 1)
    spans = Spans((UNIT, UNIT), channel)
    white = whiten(parts, np.zeros((4, 1, *CLEAN.shape), np.float32), spans)
    np.testing.assert_allclose(white.sigmas[:, 0], [15, 30, 15, 30])
    assert white.weights is not None
    np.testing.assert_allclose(white.weights[1::2], 1)


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        (_map(10, 0), "the map of sigma is not positive in 9216 pixels with data"),
        (_map(10, math.nan), "the map of sigma is not positive in 9216 pixels with data"),
        (_map(10, 10)[:, 1:], "a map of sigma is grey, of one plane or as many"),
        (_map(10, 10, 3), "a map of sigma is grey, of one plane or as many"),
    ],
)
def test_what_is_no_map_is_refused(levels: NDArray[np.float64], said: str) -> None:
    with pytest.raises(ReconError, match=said):
        NoiseMap(levels).whiten(np.zeros((2, 1, *CLEAN.shape), np.float32), UNIT)
