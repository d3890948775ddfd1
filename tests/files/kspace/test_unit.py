from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_cli.files.kspace.unit import divided, multiplied, unit_of

from ..complex_arrays import normal

EXACT = normal(2, 5, 6).astype(np.complex128)
LARGEST = max(np.abs(EXACT.real).max(), np.abs(EXACT.imag).max())


@given(st.floats(-290, 290))
def test_any_size_becomes_one_that_single_precision_squares(power: float) -> None:
    samples = EXACT * 10**power
    unit = unit_of(samples)
    assert math.frexp(unit)[0] == 0.5  # a power of two changes no digit
    small = divided(samples, unit)
    if unit != 1:
        assert 1 <= LARGEST * 10**power / unit < 2
    else:
        assert 1e-10 < LARGEST * 10**power < 1e10
    np.testing.assert_array_equal(small * unit, samples)


def test_usual_values_stay_as_they_are() -> None:
    samples = normal(3, 4)
    assert unit_of(samples) == 1
    assert divided(samples, 1) is samples
    assert multiplied(samples, 1) is samples


@pytest.mark.parametrize("wrong", [np.nan, np.inf, complex(0, -np.inf)])
def test_what_is_not_finite_is_left_to_the_check_of_values(wrong: complex) -> None:
    samples = 1e60 * EXACT
    samples[0, 0, 0] = wrong
    assert 1e59 < unit_of(samples) < 1e61
    assert unit_of(np.full((2, 2), wrong, complex)) == 1


def test_zeros_real_and_no_values_have_no_unit() -> None:
    for array in (np.zeros((2, 2), complex), np.full((2, 2), 1e60), np.zeros((0, 2), complex)):
        assert unit_of(array) == 1


@pytest.mark.parametrize(
    ("unit", "precision"),
    [(2.0**100, np.float32), (2.0**-90, np.float32), (2.0**200, float), (2.0**-140, float)],
)
def test_images_are_in_double_precision_where_single_does_not_hold_them(
    unit: float, precision: type[np.floating]
) -> None:
    images = np.linspace(0, 1.5, 12, dtype=np.float32).reshape(1, 3, 4)
    for made in (multiplied(images, unit), multiplied(images.astype(np.complex64), unit).real):
        assert made.dtype == precision
        np.testing.assert_array_equal(made, images.astype(float) * unit)
