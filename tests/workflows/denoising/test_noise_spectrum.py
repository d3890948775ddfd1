from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import convolve
from skimage import data

from recon_cli.workflows.denoising.noise_spectrum import (
    Correlation,
    spectrum_of_image,
    spectrum_of_noise,
    whitener,
)

KERNELS = {
    "white": np.ones((1, 1)),
    "smoothed": np.outer([1, 2, 1], [1, 2, 1]) / 16,
    "along rows": np.array([[0.25, 0.5, 0.25]]),
}


def noise_of(kernel: str, side: int = 256, sigma: float = 15 / 255, seed: int = 0) -> NDArray[np.float64]:
    """Return noise that a kernel has correlated."""
    white = np.random.default_rng(seed).standard_normal((side, side))
    noise: NDArray[np.float64] = convolve(white, KERNELS[kernel], mode="wrap")
    return sigma * noise / noise.std()


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_spectrum_is_found_in_the_image_as_in_the_noise_alone(kernel: str) -> None:
    noise, clean = noise_of(kernel), data.camera()[100:356, 100:356] / 255
    alone, inside = spectrum_of_noise(noise[None]), spectrum_of_image(clean + noise)
    assert alone is not None
    assert inside is not None
    assert 255 * np.sqrt(alone.mean()) == pytest.approx(15, rel=0.05)
    assert 255 * np.sqrt(inside.mean()) == pytest.approx(15, rel=0.1)
    strong = alone > 0.1 * alone.max()
    np.testing.assert_allclose(np.sqrt(inside / alone)[strong], 1, atol=0.35)
    assert np.sqrt(inside / alone)[strong].mean() == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_filter_makes_noise_nearly_white_and_leaves_its_mean_power(kernel: str) -> None:
    noise = noise_of(kernel)
    spectrum = spectrum_of_noise(noise[None])
    assert spectrum is not None
    taps = whitener(spectrum, 1.0)
    assert taps.shape == (15, 15)
    np.testing.assert_allclose(taps, taps[::-1, ::-1], atol=1e-12)
    after = spectrum_of_noise(convolve(noise, taps, mode="wrap")[None])
    assert after is not None
    held = spectrum > 0.1 * spectrum.max()
    spread = [float(np.log(each[held]).std()) for each in (spectrum, after)]
    assert spread[1] < max(0.5 * spread[0], 0.1)
    if kernel == "white":
        assert taps[7, 7] == pytest.approx(1, abs=0.02)
        assert np.abs(np.delete(taps.ravel(), 112)).max() < 0.02


def test_fill_and_holes_do_not_count_and_planes_without_noise_have_no_spectrum() -> None:
    noise = 0.5 + noise_of("smoothed")
    broken, holes = noise.copy(), np.zeros(noise.shape, np.bool_)
    holes[40:60], broken[40:60] = True, np.nan
    broken[200:], usual = 0.5, Correlation().of(noise[None])
    broken[holes] = 9
    found = Correlation().of(np.stack([broken] * 2), ~holes[None])
    assert usual is not None
    assert found is not None
    assert found.mean() == pytest.approx(usual.mean(), rel=0.1)
    assert Correlation().of(np.full((2, 32, 32), 0.5)) is None
    assert Correlation(usual).of(np.zeros((1, 8, 8))) is usual
