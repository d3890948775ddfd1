from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from recon_cli.errors import ReconError
from recon_cli.files.images.span import Span
from recon_cli.library.arrays import Intensities, as_array, like


def _of_another_library(module: str, name: str) -> Any:
    return type(name, (), {"__module__": module})()


def test_arrays_and_tensors_are_taken() -> None:
    array = np.arange(6.0).reshape(2, 3)
    assert as_array(array, "image") is array
    grown = torch.from_numpy(array).requires_grad_()
    np.testing.assert_array_equal(as_array(grown, "image"), array)
    np.testing.assert_array_equal(as_array(torch.tensor([1 + 2j]).conj(), "image"), [1 - 2j])


@pytest.mark.parametrize("given", [[[0.5]], (0.5,), 0.5, None, "camera.png"])
def test_anything_else_is_named(given: Any) -> None:
    said = f"^the image has to be a NumPy array or a torch tensor, not a {type(given).__name__}$"
    with pytest.raises(ReconError, match=said) as refused:
        as_array(given, "image")
    assert refused.value.exit_code == 2


@pytest.mark.parametrize(
    ("module", "name"), [("dask.array.core", "Array"), ("xarray.core.dataarray", "DataArray")]
)
def test_chunked_arrays_are_told_how_to_go_on(module: str, name: str) -> None:
    with pytest.raises(
        ReconError, match=rf"not a {module}.{name}; give NumPy arrays, a chunk at a"
    ) as refused:
        as_array(_of_another_library(module, name), "image")
    for word in ("skimage.util.apply_parallel", "dask.array.map_overlap", "depth=54", "no boundary"):
        assert word in str(refused.value)


def test_types_that_numpy_does_not_know_are_one_sentence() -> None:
    with pytest.raises(ReconError, match=r"the image holds torch\.bfloat16 values; give torch\.float32"):
        as_array(torch.zeros(2, 2, dtype=torch.bfloat16), "image")


def test_the_result_is_of_the_kind_that_was_given() -> None:
    array = np.zeros((2, 2), np.float32)
    assert like(array, np.ones(1)) is array
    assert torch.equal(like(array, torch.ones(1)), torch.zeros(2, 2))


@given(st.sampled_from(["uint8", "int16", "uint16", "int32"]), st.integers(0, 2**32 - 1))
def test_integers_come_back_as_they_were(kind: str, seed: int) -> None:
    low, high = np.iinfo(kind).min // 2, np.iinfo(kind).max // 2
    image = np.random.default_rng(seed).integers(low, high, (3, 4)).astype(kind)
    intensities = Intensities.of(image, (float(low), float(high)))
    scaled = intensities.scaled(image)
    assert scaled.dtype == np.float32
    assert 0 <= scaled.min() <= scaled.max() <= 1
    back = intensities.back(scaled)
    assert back.dtype == image.dtype
    np.testing.assert_allclose(back, image, atol=0 if kind != "int32" else 2.0**-23 * (high - low))


@pytest.mark.parametrize(
    ("image", "value_range", "said"),
    [
        (
            np.zeros((2, 2), np.uint8),
            None,
            r"holds uint8 values; say with value_range which are black and white",
        ),
        (np.zeros((2, 2), bool), None, "holds bool values; give floats or integers"),
        (np.zeros((2, 2), complex), None, "holds complex128 values; give floats or integers"),
        (np.full((2, 2), np.nan), None, "NaN or infinite pixels"),
        (np.full((2, 2), 200.0), None, "values from 200 to 200; scale it to"),
        (np.zeros((2, 2)), 5, "value_range is two numbers, the smaller one first, and is 5"),
        (np.zeros((2, 2)), (1, 0), "value_range is two numbers"),
        (np.zeros((2, 2)), (0, 1, 2), "value_range is two numbers"),
        (np.zeros((2, 2)), (0, np.inf), "value_range is two numbers"),
        (np.zeros((2, 2)), "ab", "value_range is two numbers"),
    ],
)
def test_values_that_are_no_intensities(image: Any, value_range: Any, said: str) -> None:
    with pytest.raises(ReconError, match=said):
        Intensities.of(image, value_range)


def test_a_range_beyond_the_type_does_not_wrap_around() -> None:
    back = Intensities(Span(-10, 300), np.dtype(np.uint8)).back(np.array([0, 0.5, 1], np.float32))
    np.testing.assert_array_equal(back, np.array([0, 145, 255], np.uint8))
