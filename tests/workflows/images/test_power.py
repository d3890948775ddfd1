from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recon_cli.workflows.images.power import power_of

SIDE = 48
PLACES = 2 * np.pi * np.fft.fftfreq(SIDE)
SQUARED = PLACES[:, None] ** 2 + PLACES**2
UNIT = np.exp(-2.0 * SQUARED) / np.where(SQUARED > 0, SQUARED, np.inf)
WHOLE = np.ones((96, 120), bool)


def picture(power: float, sigma: float, seed: int = 0, steeper: bool = False) -> NDArray[np.float32]:
    """Return a blurred random picture whose power spectrum falls as that of photographs, or steeper."""
    rng = np.random.default_rng(seed)
    along, across = (2 * np.pi * np.fft.fftfreq(length) for length in (192, 240))
    squared = along[:, None] ** 2 + across**2
    squared[0, 0] = np.inf
    share = np.minimum(0.1 / squared, 1.0) if steeper else 1.0
    spectrum = np.sqrt(power * share * np.exp(-2.0 * np.where(squared < 1e9, squared, 0)) / squared)
    image = np.fft.ifft2(spectrum * np.fft.fft2(rng.standard_normal(squared.shape))).real[:96, :120]
    return ((128 + image + sigma * rng.standard_normal(image.shape)) / 255)[None].astype(np.float32)


@settings(deadline=None)
@given(power=st.floats(30, 4000), sigma=st.floats(0.5, 4), seed=st.integers(0, 100))
def test_it_finds_the_power_of_a_spectrum_of_photographs(power: float, sigma: float, seed: int) -> None:
    found = power_of(picture(power, sigma, seed), WHOLE, UNIT, sigma)
    assert found is not None
    assert 0.6 < found / power < 1.6


def test_a_spectrum_that_falls_faster_has_less_power_with_less_noise() -> None:
    found = [power_of(picture(1000, sigma, steeper=True), WHOLE, UNIT, sigma) for sigma in (0.5, 2.0)]
    assert found[0] is not None
    assert found[1] is not None
    assert found[0] < 0.8 * found[1] < 0.8 * 1000


def test_noise_alone_has_no_power() -> None:
    assert power_of(picture(0.0, 2.0), WHOLE, UNIT, 2.0) == pytest.approx(0, abs=2.0)


def test_the_mean_of_several_pictures_counts() -> None:
    first, second = picture(300, 1.0, 1), picture(300, 1.0, 2)
    both = power_of(np.concatenate((first, second)), WHOLE, UNIT, 1.0)
    each = [power_of(planes, WHOLE, UNIT, 1.0) or 0 for planes in (first, second)]
    assert both is not None
    assert min(each) <= both <= max(each)


def test_windows_with_missing_pixels_do_not_count() -> None:
    planes, kept = picture(1000, 1.0), WHOLE.copy()
    kept[10, 20] = False
    spoilt = planes.copy()
    spoilt[0, 10, 20] = 100.0
    assert power_of(spoilt, kept, UNIT, 1.0) == power_of(planes, kept, UNIT, 1.0)


def test_where_no_window_is_whole_nothing_is_known() -> None:
    kept = WHOLE.copy()
    kept[::20, ::20] = False
    assert power_of(picture(1000, 1.0), kept, UNIT, 1.0) is None
    small = slice(0, 20)
    assert power_of(picture(1000, 1.0)[:, small, small], WHOLE[small, small], UNIT, 1.0) is None
