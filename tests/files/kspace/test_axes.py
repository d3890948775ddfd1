from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.files.kspace.axes import (
    MATLAB_AXES,
    NUMPY_AXES,
    arrange,
    check_axes,
    check_lengths,
    default_axes,
)

_PATH = Path("k.npy")


@pytest.mark.parametrize(
    ("letters", "sentence"),
    [
        ("cyz", "hold 'z'"),
        ("c,y,x", "hold ','"),
        ("ccyx", "name c more than once"),
        ("cx", "need both y .rows. and x"),
        ("", "need both y .rows. and x"),
    ],
)
def test_wrong_letters_are_wrong_usage(letters: str, sentence: str) -> None:
    with pytest.raises(ReconError, match=sentence) as caught:
        check_axes(letters)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("shape", "letters"),
    [
        ((4, 5), "yx"),
        ((3, 4, 5), "cyx"),
        ((2, 3, 4, 5), "scyx"),
        ((6, 2, 3, 4, 5), "tscyx"),
        ((1, 1, 1, 3, 4, 5), "111cyx"),
        ((2, 1, 3, 1, 4, 5), "s1c1yx"),
    ],
)
def test_defaults_of_numpy(shape: tuple[int, ...], letters: str) -> None:
    assert default_axes(_PATH, shape, NUMPY_AXES) == letters


def test_matlab_has_its_coils_last() -> None:
    assert default_axes(_PATH, (4, 5, 3), MATLAB_AXES) == "yxc"


@pytest.mark.parametrize("shape", [(), (4,), (2, 2, 2, 2, 2, 2)])
def test_too_few_and_too_many_axes(shape: tuple[int, ...]) -> None:
    with pytest.raises(ReconError, match=f"k.npy has {len(shape)} axes"):
        default_axes(_PATH, shape, NUMPY_AXES)


@pytest.mark.parametrize(
    ("shape", "letters", "likely"),
    [
        ((48, 40, 4), "cyx", "yxc"),
        ((320, 320, 32), "cyx", "yxc"),
        ((48, 41, 1), "cyx", "yxc"),
        ((4, 48, 40), "yxc", "cyx"),
        ((5, 64, 48, 8), "scyx", "syxc"),
        ((64, 48, 8, 5), "scyx", "yxcs"),
        ((5, 8, 64, 48), "yxcs", "scyx"),
        ((64, 48, 8, 5, 2), "tscyx", "yxcst"),
    ],
)
def test_lengths_of_another_order_are_refused_with_its_letters(
    shape: tuple[int, ...], letters: str, likely: str
) -> None:
    with pytest.raises(ReconError, match=f"give --axes {likely} if .*, or --axes {letters} if") as refused:
        check_lengths(_PATH, shape, letters)
    assert refused.value.exit_code == 2
    check_lengths(_PATH, shape, likely)


@pytest.mark.parametrize(
    ("shape", "letters"),
    [
        ((48, 40), "yx"), ((4, 48, 40), "cyx"), ((32, 32, 32), "cyx"), ((32, 24, 20), "cyx"),
        ((64, 64, 60), "cyx"), ((48, 40, 4), "yxc"), ((200, 32, 64, 64), "scyx"), ((5, 32, 48, 48), "scyx"),
        ((1, 1, 64, 64), "scyx"), ((64, 48, 8), "syx"), ((3, 20, 4, 48, 48), "tscyx"),
    ],
)  # fmt: skip
def test_usual_lengths_are_taken_as_they_are(shape: tuple[int, ...], letters: str) -> None:
    check_lengths(_PATH, shape, letters)


def test_axes_are_brought_into_order() -> None:
    array = np.arange(2 * 3 * 4 * 5 * 6).reshape(2, 3, 4, 5, 6)
    arranged, frame_shape, text = arrange(_PATH, array, "txcsy")
    assert arranged.shape == (10, 4, 6, 3)
    assert frame_shape == (5, 2)
    assert text == "repetition 2, x 3, coil 4, slice 5, y 6"
    assert arranged[2 * 3 + 1, 2, 5, 1] == array[1, 1, 2, 3, 5]


def test_a_time_series_of_one_slice_keeps_its_repetitions_apart() -> None:
    arranged, frame_shape, _ = arrange(_PATH, np.zeros((7, 4, 5)), "tyx")
    assert (arranged.shape, frame_shape) == ((7, 1, 4, 5), (1, 7))


def test_letters_have_to_fit_the_shape() -> None:
    with pytest.raises(ReconError, match=r"k.npy has 3 axes, .3, 4, 5., but the axes 'yx' name 2"):
        arrange(_PATH, np.zeros((3, 4, 5)), "yx")
    with pytest.raises(ReconError, match=r"drop axis 0 of k.npy, but its length is 3"):
        arrange(_PATH, np.zeros((3, 4, 5)), "1yx")
