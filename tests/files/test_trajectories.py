from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.io

from recon_cli.errors import ReconError
from recon_cli.files.trajectories import read_coordinates

from .complex_arrays import write_bart

PLANE = (5, 24)
ANGLES = np.pi * np.arange(5) / 5
ALONG = np.arange(24) / 2 - 6
PLACES = np.stack([ALONG * np.sin(ANGLES)[:, None], ALONG * np.cos(ANGLES)[:, None]], -1).astype(np.float32)
FLAT = np.concatenate([PLACES, np.zeros((*PLANE, 1), np.float32)], -1)


def test_numpy_matlab_and_bart(tmp_path: Path) -> None:
    np.save(tmp_path / "last.npy", PLACES)
    np.save(tmp_path / "three.npy", FLAT)
    np.save(tmp_path / "first.npy", np.moveaxis(PLACES, -1, 0))
    np.savez(tmp_path / "named.npz", traj=PLACES.astype(np.float64), other=np.ones(3))
    scipy.io.savemat(tmp_path / "m.mat", {"trajectory": FLAT})
    for name in ("last.npy", "three.npy", "first.npy", "named.npz", "m.mat"):
        read = read_coordinates(tmp_path / name, PLANE)
        assert read.dtype == np.float32
        np.testing.assert_array_equal(read, PLACES)
    write_bart(tmp_path / "t", FLAT.transpose(2, 1, 0))
    np.testing.assert_array_equal(read_coordinates(tmp_path / "t", PLANE[::-1]), PLACES.swapaxes(0, 1))


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        (PLACES[:4], r"has the shape \(4, 24, 2\); a trajectory for 5 readouts of 24 samples"),
        (PLACES[..., 0], r"has the shape \(5, 24\); a trajectory"),
        (PLACES * np.nan, "its values are not real and finite"),
        (PLACES + 0j, "its values are not real and finite"),
        (FLAT + np.float32(1), "is a 3-D trajectory"),
    ],
)
def test_what_does_not_suit_earns_a_sentence(tmp_path: Path, array: np.ndarray, sentence: str) -> None:
    np.save(tmp_path / "t.npy", array)
    with pytest.raises(ReconError, match=sentence):
        read_coordinates(tmp_path / "t.npy", PLANE)


def test_other_formats_are_named(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("1 0 1")
    with pytest.raises(ReconError, match=r"t.txt is no trajectory: npy, npz"):
        read_coordinates(tmp_path / "t.txt", PLANE)
