from __future__ import annotations

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.files.images.axes import check_axes, with_axes
from recon_cli.files.images.picture import Picture, samples_axes


def _picture(*shape: int) -> Picture:
    return Picture("in", "npy", np.zeros(shape, np.uint8), *samples_axes(shape))


@pytest.mark.parametrize("samples", [2, 4])
def test_two_and_four_samples_are_planes_until_the_user_says_that_the_last_is_alpha(samples: int) -> None:
    plain = _picture(9, 8, samples)
    assert (plain.changing().shape, plain.copied) == ((samples, 1, 9, 8), 0)
    said = with_axes(plain, "yxs")
    assert said.changing().shape == ((1, 1, 9, 8) if samples == 2 else (3, 9, 8))
    assert said.copied == 1


def test_letters_say_which_axes_are_rows_columns_and_channels() -> None:
    picture = with_axes(_picture(9, 8, 5, 1), "yxc1")
    assert (picture.axes, picture.channels) == ("YXCQ", 5)
    assert picture.changing().shape == (5, 1, 1, 1, 9, 8)
    assert with_axes(picture, None) is picture


@pytest.mark.parametrize(
    ("letters", "said"),
    [("yxcz", "name 4"), ("1yx", "have 1 where in has 9"), ("yxs", "5 samples for each pixel.*slices are z")],
)
def test_letters_that_do_not_fit_are_refused(letters: str, said: str) -> None:
    with pytest.raises(ReconError, match=said) as caught:
        with_axes(_picture(9, 8, 5), letters)
    assert caught.value.exit_code == 2


def test_unknown_letters_are_refused_before_a_file_is_read() -> None:
    with pytest.raises(ReconError, match="hold 'k'; the letters are t, z, c, s, y, x and 1"):
        check_axes("kyx")
