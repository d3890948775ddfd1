from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from recon_cli.files.kspace.space import along_readout, centred, cut_readout, fitted

from ..complex_arrays import normal
from .raw import transform


@pytest.mark.parametrize(("before", "after"), [(8, 4), (8, 5), (9, 4), (9, 5), (4, 8), (5, 8), (4, 9)])
def test_the_middle_stays_in_the_middle(before: int, after: int) -> None:
    array = np.arange(before)[None] + 1
    moved = centred(array, 1, after)
    assert moved.shape == (1, after)
    assert moved[0, after // 2] == array[0, before // 2]


@pytest.mark.parametrize("matrix", [12, 13, 24, 25])
def test_more_pixels_show_the_same_picture(matrix: int) -> None:
    """A picture of low frequencies at other places, the middle at the middle."""

    def picture(length: int) -> np.ndarray:
        return 2 + np.cos(2 * np.pi * 2 * (np.arange(length) - length // 2) / length + 0.4)

    small = np.tile(picture(12), (3, 1)).astype(np.float32)
    made = fitted(small, 1, 12, matrix)
    assert made.dtype == np.float32
    assert_allclose(made, np.tile(picture(matrix), (3, 1)), rtol=1e-5)
    assert_allclose(fitted(made, 1, matrix, 12), small, rtol=1e-4)


def test_the_field_is_cut_or_padded() -> None:
    images = normal(1, 6, 8)
    assert_allclose(fitted(images, 2, 4, 4), images[:, :, 2:6])
    wide = fitted(images, 1, 10, 10)
    assert_allclose(wide[:, 2:8], images)
    assert not wide[:, :2].any()
    assert not wide[:, 8:].any()


def test_readouts_lose_what_lies_beside_the_field() -> None:
    images = normal(2, 3, 6, 16)
    cut = cut_readout(transform(images), 8)
    assert_allclose(cut, transform(images[..., 4:12]), atol=1e-6)


def test_readouts_become_columns() -> None:
    images = normal(2, 5, 8)
    assert_allclose(along_readout(transform(images)), transform(images, (-2,)), atol=1e-6)
