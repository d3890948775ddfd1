from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from recon_cli.errors import ReconError
from recon_cli.files.kspace.trajectory import check_units, matrix_of


def _spokes(side: int, samples: int) -> NDArray[np.float32]:
    angles = np.pi * np.arange(7) / 7
    along = (np.arange(samples) - samples // 2) * side / samples
    return np.stack([along * np.sin(angles)[:, None], along * np.cos(angles)[:, None]], -1).astype(np.float32)


def _spiral(side: int) -> NDArray[np.float32]:
    turns = np.linspace(0, 1, 4000)
    turned = [np.exp(2j * np.pi * (12 * turns + arm / 4)) * turns * side / 2 for arm in range(4)]
    return np.stack([np.imag(turned), np.real(turned)], -1).astype(np.float32)


@pytest.mark.parametrize(("side", "samples"), [(64, 64), (64, 128), (100, 400), (192, 384)])
def test_spokes_make_an_image_of_twice_their_reach(side: int, samples: int) -> None:
    assert matrix_of(_spokes(side, samples), "t") == (side, side)
    assert matrix_of(_spokes(side, samples) * np.float32([1, 0.5]), "t") == (
        pytest.approx(side, abs=5),
        side / 2,
    )


def test_a_spiral_makes_one_too() -> None:
    assert matrix_of(_spiral(96), "t") == (96, 96)


@pytest.mark.parametrize("make", [lambda: _spokes(128, 256), lambda: _spiral(128)])
@pytest.mark.parametrize(
    ("factor", "unit"),
    [
        (1 / 128, "cycles per pixel or per millimetre"),
        (2 * math.pi / 128, "radians per pixel"),
        (1 / 240, "cycles per millimetre or per pixel"),
        (1 / 24, "cycles per centimetre or millimetre"),
    ],
)
def test_other_units_are_recognised(make: object, factor: float, unit: str) -> None:
    with pytest.raises(ReconError, match=f"as a trajectory in {unit} does; cycles per field of view"):
        check_units(make() * np.float32(factor), "t")  # type: ignore[operator]


def test_both_units_below_half_a_cycle_come_with_their_factor() -> None:
    mend = "multiply it by the field of view in mm, or by the number of pixels of a side"
    with pytest.raises(ReconError, match=mend):
        check_units(_spokes(128, 256) / np.float32(240), "t")


def test_cycles_per_metre_fold_the_image() -> None:
    with pytest.raises(ReconError, match="as a trajectory in cycles per metre does"):
        check_units(_spokes(128, 256) * np.float32(1 / 0.24), "t")
