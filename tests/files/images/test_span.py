from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recon_cli.errors import ReconError
from recon_cli.files.images.picture import Picture, samples_axes
from recon_cli.files.images.span import Span, find_span, share_outside, span_of_type
from recon_cli.files.images.values import choose_span, to_planes, with_planes
from recon_cli.workflows.denoising.noise import GaussianNoise


def _values(seed: int, *shape: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).random(shape or (40, 50))


@pytest.mark.parametrize(("dtype", "full"), [("uint8", 255), ("uint16", 65535), (">u2", 65535)])
def test_data_that_fill_their_type_have_its_range(dtype: str, full: int) -> None:
    for share in (0.3, 1.0):
        span = find_span((share * full * _values(0)).astype(dtype))
        assert span == Span(0, full)
        assert span.box == (0, 1)
        assert span.describe() == f"[0, {full:g}] is [0, 1]"


def test_data_that_use_a_part_of_their_type_have_a_range_of_their_own_and_say_so() -> None:
    stored = np.rint(32768 + 4095 * _values(1)).astype(np.uint16)
    span = find_span(stored)
    assert (span.source, span.full) == ("data", 65535)
    assert span.limits == (stored.min(), stored.max())
    assert span.low == pytest.approx(32768, abs=40)
    assert span.high == pytest.approx(32768 + 4095, abs=40)
    assert span.grey_level == 257
    assert "results stay within" in span.describe()
    assert span.describe().endswith("(the data use 6.2 % of uint16)")


def test_some_hot_pixels_do_not_set_the_scale_but_the_limits() -> None:
    stored = (100 + 300 * _values(2, 100, 100)).astype(np.uint16)
    alone = find_span(stored)
    stored[3, 4] = 60000
    span = find_span(stored)
    assert (span.low, span.high) == pytest.approx((alone.low, alone.high), rel=0.01)
    assert span.limits == (100, 60000)


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "uint32"])
def test_types_without_black_and_white_have_the_range_of_their_data(dtype: str) -> None:
    stored = (100 * _values(3)).astype(dtype)
    span = find_span(stored)
    assert span.source == "data"
    assert math.isnan(span.grey_level)
    assert f"{dtype} names no range" in span.describe()


@pytest.mark.parametrize("sigma", [0.02, 0.1])
def test_floats_in_the_unit_interval_keep_it_whatever_their_noise(sigma: float) -> None:
    clean = np.where(np.arange(64) < 40, 0.0, 0.9) * np.ones((64, 1))
    noisy = (clean + sigma * np.random.default_rng(4).standard_normal(clean.shape)).clip(-0.5, 1.5)
    assert noisy.min() < 0
    assert find_span(noisy) == Span(0, 1)


@pytest.mark.parametrize("sigma", [40, 60, 100])
def test_floats_keep_the_unit_interval_as_far_as_their_known_noise_reaches(sigma: float) -> None:
    noise = sigma / 255 * np.random.default_rng(2).standard_normal((256, 256))
    stored = (_values(1, 256, 256).round() + noise).astype(np.float32)
    assert find_span(stored, GaussianNoise(sigma).least_range) == Span(0, 1)
    assert find_span(stored).source == "data"


@pytest.mark.parametrize(("scale", "shift"), [(0.8, -0.4), (0.5, 0.7)])
def test_floats_beyond_the_unit_interval_are_not_cut(scale: float, shift: float) -> None:
    slope = np.linspace(0, 1, 64) * np.ones((64, 1))
    noisy = shift + scale * slope + 0.03 * np.random.default_rng(5).standard_normal(slope.shape)
    span = find_span(noisy)
    assert (span.low, span.high) == (0, 1)
    assert span.limits == (noisy.min(), noisy.max())
    assert "values beyond [0, 1] are more than noise" in span.describe()
    small = find_span(noisy[:5, :7])  # smaller than a block
    assert small.limits[0] <= noisy[:5, :7].min()


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 1000),
    st.sampled_from([(40, 50), (3, 20, 30)]),
    st.floats(1e-6, 1e6),
    st.floats(-1e6, 1e6),
)
def test_the_intensities_are_the_same_in_any_units_of_floats(
    seed: int, shape: tuple[int, ...], scale: float, offset: float
) -> None:
    """A range of the data follows scale and offset, so that the model sees the same picture."""
    values = 4000 + 8000 * _values(seed, *shape)
    moved = scale * values + scale * offset
    if np.abs(moved).max() < 10:
        return
    usual, other = find_span(values), find_span(moved)
    assert other.low == pytest.approx(scale * usual.low + scale * offset, rel=1e-9, abs=1e-6 * scale)
    assert other.width == pytest.approx(scale * usual.width, rel=1e-6)
    assert other.box == pytest.approx(usual.box, abs=1e-5)
    planes, same = (to_planes(_picture(each), find_span(each)) for each in (values, moved))
    np.testing.assert_allclose(planes, same, atol=1e-4)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 1000),
    st.sampled_from(["uint16", "int16", "int32", "uint32", "float32", "float64"]),
    st.integers(-1000, 10_000),
    st.sampled_from([1, 2, 3]),
)
def test_the_intensities_are_the_same_in_any_type_and_on_any_offset(
    seed: int, dtype: str, offset: int, scale: int
) -> None:
    counts = np.rint(4000 * _values(seed)).astype(np.int64)
    stored = (scale * counts + max(offset, 0 if dtype[0] == "u" else offset)).astype(dtype)
    plain, moved = (find_span(each) for each in (counts.astype(np.uint16), stored))
    planes, same = (
        to_planes(_picture(each), span) for each, span in ((counts.astype(np.uint16), plain), (stored, moved))
    )
    np.testing.assert_allclose(planes, same, atol=1e-5)
    back = with_planes(_picture(stored), same, moved, dtype).array
    np.testing.assert_allclose(back.astype(float), stored.astype(float), rtol=1e-6, atol=1e-3)
    assert moved.limits == (stored.min(), stored.max())


def test_a_range_that_the_noise_does_not_fit_in_is_not_taken() -> None:
    dim = np.rint(20 * _values(6)).astype(np.uint8)
    assert find_span(dim).source == "data"
    assert find_span(dim, lambda full: 0.2 * (full or 0)) == Span(0, 255)
    span = find_span(20 * _values(6) - 30, lambda _: 100.0)
    assert span.width == pytest.approx(100)
    assert (span.low + span.high) / 2 == pytest.approx(-20, abs=1)


def test_strengths_of_the_type_take_its_range() -> None:
    dim = np.rint(20 * _values(6)).astype(np.uint8)
    assert find_span(dim, by_type=True) == Span(0, 255)


@pytest.mark.parametrize("value", [0, 0.3, 1, 4000, -7])
def test_constant_data_have_a_range_too(value: float) -> None:
    span = find_span(np.full((20, 30), value))
    assert span.width > 0
    assert span.limits[0] <= value <= span.limits[1]


def test_holes_do_not_set_the_range() -> None:
    values = 4000 * _values(7)
    usual = find_span(values)
    values[3, 4], values[5, 6] = np.nan, np.inf
    assert find_span(values).low == pytest.approx(usual.low, abs=10)
    assert find_span(values).limits[1] < 4000
    assert find_span(np.full((9, 9), np.nan)).width > 0


def test_the_range_of_a_large_stack_is_that_of_its_sample() -> None:
    stored = (1000 + 2000 * _values(8, 5, 1200, 1000)).astype(np.uint16)
    span = find_span(stored)
    assert (span.low, span.high) == pytest.approx((1002, 2998), abs=2)
    assert span.limits == (1000, 2999)


def test_the_type_alone_may_be_asked() -> None:
    dim = np.full((9, 9), 7, np.uint8)
    assert span_of_type(dim, "in") == Span(0, 255)
    with pytest.raises(ReconError, match="from 4000 to 4000; scale them to"):
        span_of_type(np.full((3, 4), 4000.0), "in")
    with pytest.raises(ReconError, match="int16 pixels; without --range"):
        span_of_type(dim.astype(np.int16), "in")


def test_types_and_values_that_cannot_be_told_apart_are_refused() -> None:
    for array in (np.zeros((9, 9), bool), np.zeros((9, 9), complex)):
        with pytest.raises(ReconError, match="integers and floats of at most 64 bits can be read"):
            choose_span(_picture(array))
    with pytest.raises(ReconError, match="has values from"):
        choose_span(_picture(1.7e308 * (2 * _values(9) - 1)))
    with pytest.raises(ReconError, match="has values from"):
        choose_span(_picture(np.array([[0, 2**53 + 2]], np.int64)))


def test_integers_of_64_bits_come_back_as_they_were() -> None:
    counts = np.random.default_rng(0).integers(-(2**40), 2**40, (9, 9))
    span = choose_span(_picture(counts))
    back = with_planes(_picture(counts), to_planes(_picture(counts), span), span, counts.dtype).array
    assert np.abs(back - counts).max() <= 2**41 * 2.0**-24
    full = with_planes(_picture(counts), np.ones((1, 1, 9, 9), np.float32), Span(0, 2.0**64), counts.dtype)
    assert (full.array > 2**62).all()


def test_what_a_given_range_cuts_is_counted() -> None:
    assert share_outside(np.arange(10), (2, 8)) == pytest.approx(0.3)
    assert share_outside(np.arange(10), (2, 8), np.arange(10) < 2) == pytest.approx(0.1)


def _picture(array: NDArray[Any]) -> Picture:
    return Picture("in", "npy", array, *samples_axes(array.shape))
