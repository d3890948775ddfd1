from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from recon_cli.errors import ReconError
from recon_cli.files.images import values
from recon_cli.files.images.picture import Picture
from recon_cli.files.images.span import Span
from recon_cli.files.images.values import choose_span, to_planes, with_planes

from .pictures import with_alpha


def _picture(array: NDArray[np.generic]) -> Picture:
    return with_alpha(array)


def _unchanged(array: NDArray[np.generic], given_range: tuple[float, float] | None = None) -> Picture:
    picture = _picture(array)
    span = choose_span(picture, given_range)
    return with_planes(picture, to_planes(picture, span), span, array.dtype)


_SHAPES = {
    (5, 6): (1, 1, 5, 6), (5, 6, 1): (1, 1, 5, 6), (5, 6, 2): (1, 1, 5, 6), (5, 6, 3): (1, 3, 5, 6),
    (5, 6, 4): (1, 3, 5, 6), (2, 3, 5, 6): (6, 1, 5, 6), (2, 7, 5, 6, 4): (14, 3, 5, 6),
}  # fmt: skip


@pytest.mark.parametrize(("shape", "planes"), _SHAPES.items())
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, ">u2", np.float16, np.float32, np.float64])
def test_nothing_is_lost_on_the_way(shape: tuple[int, ...], planes: tuple[int, ...], dtype: object) -> None:
    values = np.random.default_rng(0).random(shape)
    dtype = np.dtype(dtype)  # type: ignore[call-overload]
    array = (values if dtype.kind == "f" else values * np.iinfo(dtype).max).astype(dtype)
    assert to_planes(_picture(array), choose_span(_picture(array))).shape == planes
    back = _unchanged(array).array
    assert back.dtype == dtype
    np.testing.assert_allclose(back.astype(float), array.astype(float), atol=0 if dtype.kind == "u" else 1e-7)


@pytest.mark.parametrize("shape", [(11, 6), (2, 11, 6, 4)])
def test_a_picture_is_converted_in_parts(shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    array = np.random.default_rng(0).integers(0, 2**16, shape).astype(np.uint16)
    picture, span = _picture(array), Span(500, 60_000)
    holes = np.random.default_rng(1).random((1 if array.ndim == 2 else 2, 11, 6)) < 0.2
    planes = to_planes(picture, span, holes)
    back = with_planes(picture, planes, span, np.uint8).array
    monkeypatch.setattr(values, "_BAND", 20)
    np.testing.assert_array_equal(to_planes(picture, span, holes), planes)
    np.testing.assert_array_equal(with_planes(picture, planes, span, np.uint8).array, back)


def test_colours_keep_their_order() -> None:
    array = np.arange(2 * 5 * 6 * 4, dtype=np.uint8).reshape(2, 5, 6, 4)
    planes = to_planes(_picture(array), Span(0, 255))
    np.testing.assert_allclose(planes[1, 2] * 255, array[1, ..., 2], atol=1e-4)


def test_values_are_clipped_and_rounded_not_wrapped() -> None:
    planes = np.array([[[[-0.2, 0.5019, 1.3]]]], np.float32)
    result = with_planes(_picture(np.zeros((1, 3), np.uint8)), planes, Span(0, 255), np.uint8)
    np.testing.assert_array_equal(result.array, [[0, 128, 255]])


@given(st.sampled_from(["int8", "int16", "int32", "uint32", "uint16", "float64"]), st.integers(0, 1000))
def test_a_given_range_is_undone(dtype: str, seed: int) -> None:
    array = (
        np.random.default_rng(seed)
        .integers(-20, 100, (4, 5))
        .clip(0 if dtype[0] == "u" else -20)
        .astype(dtype)
    )
    picture = _picture(array)
    planes = to_planes(picture, choose_span(picture, (-20, 100)))
    np.testing.assert_allclose(planes[0, 0], (array.astype(float) + 20) / 120, atol=1e-6)
    np.testing.assert_allclose(_unchanged(array, (-20, 100)).array, array, atol=1e-4)


def test_a_range_beyond_the_type_does_not_wrap() -> None:
    planes = np.array([[[[0, 1]]]], np.float32)
    result = with_planes(_picture(np.zeros((1, 2), np.uint8)), planes, Span(-100, 400, "user"), np.uint8)
    np.testing.assert_array_equal(result.array, [[0, 255]])


def test_another_type_is_filled_by_its_range_and_floats_keep_the_units() -> None:
    array = np.array([[0, 2000, 4000]], np.uint16)
    picture, span = _picture(array), Span(0, 4000, "user")
    planes = to_planes(picture, span)
    np.testing.assert_array_equal(with_planes(picture, planes, span, np.uint8).array, [[0, 128, 255]])
    np.testing.assert_allclose(with_planes(picture, planes, span, np.float32).array, array)
    usual = Span(0, 65535)
    planes = to_planes(picture, usual)
    np.testing.assert_allclose(with_planes(picture, planes, usual, np.float32).array, array, atol=1e-2)


def test_what_lies_between_the_limits_fills_another_type() -> None:
    array = np.array([[-1.0, 0.0, 1.0]])
    picture, span = _picture(array), Span(-0.5, 0.5, "data", (-1, 1))
    planes = to_planes(picture, span)
    np.testing.assert_array_equal(with_planes(picture, planes, span, np.uint8).array, [[0, 128, 255]])
    far = with_planes(picture, planes + np.float32([-9, 0, 9]), span, np.float64)
    np.testing.assert_array_equal(far.array, array)


def test_alpha_is_copied_and_only_scaled_to_another_type() -> None:
    array = np.random.default_rng(0).integers(0, 256, (3, 4, 4), dtype=np.uint8)
    picture = _picture(array)
    black = np.zeros((1, 3, 3, 4), np.float32)
    same = with_planes(picture, black, Span(0, 255, "user"), np.uint8).array
    np.testing.assert_array_equal(same[..., 3], array[..., 3])
    assert not same[..., :3].any()
    wider = with_planes(picture, black, Span(0, 255), np.uint16).array
    np.testing.assert_array_equal(wider[..., 3], array[..., 3].astype(np.uint16) * 257)


def test_holes_are_counted_and_placed() -> None:
    array = np.zeros((2, 4, 5), np.float32)
    array[1, 2, 3] = np.nan
    array[1, 3, 0] = np.inf
    with pytest.raises(ReconError, match="2 NaN or infinite pixels, the first at plane 1, row 2, column 3"):
        to_planes(_picture(array), Span(0, 1))
