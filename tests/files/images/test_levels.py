from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_cli.files.images.levels import reduced


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 90), st.integers(1, 90), st.sampled_from(["float32", "float64"]))
def test_a_level_shows_what_the_image_shows_at_the_same_place(many: int, few: int, dtype: str) -> None:
    few = min(few, many)
    ramp = (np.arange(many) + 0.5).astype(dtype)
    level = reduced(ramp[None].repeat(3, 0), (3, few))[0]
    places = (np.arange(few) + 0.5) * many / few
    assert level.dtype == dtype
    assert np.abs(level - places).max() <= many / few + 0.01  # less than a pixel of the level


def test_halves_that_are_rounded_down_or_up_are_means_of_two() -> None:
    ramp = np.arange(35.0)
    np.testing.assert_allclose(reduced(ramp, (17,)), ramp[:34].reshape(17, 2).mean(1))
    np.testing.assert_allclose(reduced(ramp, (18,))[:17], ramp[:34].reshape(17, 2).mean(1))


def test_a_pixel_that_is_no_number_spoils_its_own_place_alone() -> None:
    row = np.ones(40)
    row[7] = np.nan
    for few in (20, 13):
        assert np.isnan(reduced(row, (few,))).sum() == 1
