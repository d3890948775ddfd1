from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from skimage import data

from recon_cli.files.images.span import Span
from recon_cli.priors import DictionaryPrior
from recon_cli.solver import Solver
from recon_cli.workflows.denoising.noise import GaussianNoise, Noise
from recon_cli.workflows.denoising.noise_counts import UnknownGain
from recon_cli.workflows.denoising.noise_counts_weighted import WeightedPoissonNoise
from recon_cli.workflows.denoising.pictures import denoise_picture
from recon_cli.workflows.denoising.poisson import LARGEST_SIGMA, CountModel
from recon_cli.workflows.images.camera import Camera
from recon_cli.workflows.images.inpainting import HollowCamera
from recon_cli.workflows.images.kernel_names import blurring, coarsening
from recon_cli.workflows.images.simulation import seen, some_pixels

CLEAN = data.camera()[96:192, 200:296].astype(np.float32) / 255
PEAK = 200.0
"""Electrons of white."""
CAMERAS: dict[str, Camera] = {
    "deconvolve": blurring("gaussian:1.5"),
    "upscale": coarsening(2, "gaussian:1", "middle"),
    "inpaint": HollowCamera(),
}


def _psnr(
    noise: Noise, planes: NDArray[np.float32], camera: Camera, holes: NDArray[np.bool_] | None
) -> float:
    white = noise.whiten(planes, Span(0, PEAK), holes)
    done = denoise_picture(
        white.planes, white.sigmas, DictionaryPrior(), Solver(), 2**30, boxes=white.boxes, holes=holes,
        weights=white.weights, camera=camera,
    )  # fmt: skip
    return float(-10 * np.log10(np.mean((np.asarray(done.image)[0, 0] - CLEAN) ** 2)))


@pytest.mark.slow
@pytest.mark.parametrize("task", list(CAMERAS))
def test_weights_are_not_worse_than_the_best_level(task: str) -> None:
    camera = CAMERAS[task]
    mean = seen(CLEAN, camera)
    counts = np.random.default_rng(0).poisson(PEAK * mean).astype(np.float32)
    holes = ~some_pixels(CLEAN.shape, 0.5, 0)[None] if task == "inpaint" else None
    planes = (counts / PEAK)[None, None]
    usual = 255 * float(np.sqrt(mean / PEAK).mean())
    best = max(_psnr(GaussianNoise(f * usual), planes, camera, holes) for f in (0.85, 1.0, 1.2))
    assert _psnr(WeightedPoissonNoise(CountModel()), planes, camera, holes) > best


@settings(deadline=None, max_examples=20)
@given(
    gain=st.floats(0.2, 4), read=st.floats(0, 5), offset=st.floats(-50, 200), electrons=st.floats(20, 400),
)  # fmt: skip
def test_even_light_has_its_level_and_weights_near_one(
    gain: float, read: float, offset: float, electrons: float
) -> None:
    rng = np.random.default_rng(0)
    counts = gain * rng.poisson(electrons, (48, 48)) + offset + read * rng.standard_normal((48, 48))
    span = Span(offset, offset + 2 * gain * electrons)
    planes = ((counts - span.low) / span.width)[None, None].astype(np.float32)
    white = WeightedPoissonNoise(CountModel(gain, read, offset)).whiten(planes, span)
    level = 255 / span.width * np.sqrt(gain**2 * electrons + read**2)
    np.testing.assert_allclose(white.sigmas, level, rtol=0.03)
    assert white.weights is not None
    # of a mean of some 28 pixels: weights do not follow the noise of each
    assert np.abs(white.weights - 1).std() < 0.25 * np.sqrt(gain**2 / (gain**2 * electrons + read**2))
    assert white.back(planes) is planes


def test_dark_pixels_count_more_and_nothing_is_expected_of_holes() -> None:
    planes = np.full((1, 1, 32, 32), 0.25, np.float32)
    planes[..., 16:] = 1.0
    holes = np.zeros((1, 32, 32), np.bool_)
    holes[:, 8:12, 8:12] = True
    spoilt = planes.copy()
    spoilt[:, :, holes[0]] = 7.0
    noise, span = WeightedPoissonNoise(CountModel()), Span(0, 400)
    one, other = (noise.whiten(each, span, holes) for each in (planes, spoilt))
    assert one.weights is not None
    assert other.weights is not None
    np.testing.assert_allclose(one.weights, other.weights)
    assert one.weights[0, 0, 0] / one.weights[0, 0, -1] == pytest.approx(2**0.75, rel=1e-3)
    assert one.said == "counts with gain 1, weighted by sigma 6.37 to 12.8/255 of what is expected"


def test_no_light_has_the_level_of_an_electron() -> None:
    white = WeightedPoissonNoise(CountModel(2.0)).whiten(np.zeros((1, 3, 8, 8), np.float32), Span(0, 510))
    np.testing.assert_allclose(white.sigmas, 1.0)


@pytest.mark.parametrize(("gain", "read"), [(1.0, 0.0), (3.0, 20.0)])
def test_a_range_is_wide_enough_for_the_level_of_its_middle(gain: float, read: float) -> None:
    width = WeightedPoissonNoise(CountModel(gain, read)).least_range(None)
    assert 255 / width * np.sqrt(gain * width / 2 + read**2) == pytest.approx(LARGEST_SIGMA)
    assert WeightedPoissonNoise(UnknownGain()).least_range(None) == 0


def test_an_unknown_gain_is_estimated_behind_a_blur() -> None:
    mean = seen(data.camera()[:256, :256].astype(np.float32) / 255, CAMERAS["deconvolve"])
    counts = 2 * np.random.default_rng(0).poisson(PEAK * mean)
    white = WeightedPoissonNoise(UnknownGain(0.0)).whiten(
        (counts / PEAK / 2)[None, None].astype(np.float32), Span(0, 2 * PEAK)
    )
    assert float(white.said.split()[5].rstrip(",")) == pytest.approx(2, rel=0.1)
