from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.files.kspace.checks import choose, complex_values

from ..complex_arrays import normal


def test_good_values_become_complex64() -> None:
    values = complex_values(normal(2, 3, 4, 5).astype(np.complex128), "k", "k-space is")
    assert values.dtype == np.complex64
    np.testing.assert_array_equal(values, normal(2, 3, 4, 5))


def test_the_first_wrong_value_is_placed() -> None:
    array = normal(2, 3, 4, 5)
    array[1, 2, 0, 3] = complex(0, np.nan)
    array[1, 2, 3, 0] = np.inf
    with pytest.raises(
        ReconError, match="k has 2 NaN or infinite values, the first at frame 1, coil 2, y 0, x 3"
    ):
        complex_values(array, "k", "k-space is")


def test_values_too_large_for_single_precision_are_named() -> None:
    with pytest.raises(ReconError, match="1 NaN or infinite values, the first at coil 0, y 0, x 0"):
        complex_values(np.full((1, 1, 1), 1e300 + 0j), "k", "k-space is")


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        (np.ones((2, 2)), "k holds real values .float64., but k-space is complex; .* combine them first"),
        (np.zeros((2, 2), complex), "k holds no energy"),
        (np.zeros((0, 2), complex), "k holds an empty array of shape .0, 2."),
    ],
)
def test_other_values_are_refused(array: np.ndarray, sentence: str) -> None:
    with pytest.raises(ReconError, match=sentence):
        complex_values(array, "k", "k-space is")


def test_which_array_is_meant() -> None:
    path = Path("k.npz")
    assert choose(path, ["other", "data"], ("kspace", "data")) == "data"
    assert choose(path, ["other"], ("kspace", "data")) == "other"
    with pytest.raises(ReconError, match="several arrays, a, b; keep one of them, under the name kspace"):
        choose(path, ["a", "b"], ("kspace", "data"))
    with pytest.raises(ReconError, match="holds no array that could be kspace"):
        choose(path, [], ("kspace", "data"))
