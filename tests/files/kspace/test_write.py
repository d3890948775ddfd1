from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.files.kspace.read import read_kspace
from recon_cli.files.kspace.write import write_kspace

from ..complex_arrays import normal


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".cfl", ".h5"])
@pytest.mark.parametrize("frames", [1, 3])
@pytest.mark.parametrize("coils", [1, 4])
def test_what_is_written_is_read_back(tmp_path: Path, suffix: str, frames: int, coils: int) -> None:
    samples = normal(frames, coils, 6, 5)
    write_kspace(tmp_path / f"k{suffix}", samples)
    read = read_kspace(tmp_path / f"k{suffix}")
    np.testing.assert_array_equal(read.samples, samples)
    assert (read.mask, read.maps) == (None, None)


def test_shapes_in_other_programs(tmp_path: Path) -> None:
    write_kspace(tmp_path / "k.npy", normal(1, 4, 6, 5))
    assert np.load(tmp_path / "k.npy").shape == (4, 6, 5)
    write_kspace(tmp_path / "k.npy", normal(1, 1, 6, 5))
    assert np.load(tmp_path / "k.npy").shape == (6, 5)
    write_kspace(tmp_path / "k.h5", normal(3, 1, 6, 5))
    with h5py.File(tmp_path / "k.h5") as file:
        assert (file["kspace"].shape, file["kspace"].dtype) == ((3, 6, 5), np.complex64)


def test_mask_and_maps(tmp_path: Path) -> None:
    samples, maps = normal(1, 4, 6, 5), normal(4, 6, 5, seed=1)
    mask = np.arange(30).reshape(6, 5) % 2 == 0
    write_kspace(tmp_path / "k.npz", samples, mask, maps)
    with np.load(tmp_path / "k.npz") as stored:
        assert set(stored) == {"kspace", "mask", "maps"}
    read = read_kspace(tmp_path / "k.npz")
    np.testing.assert_array_equal(read.mask, mask)
    np.testing.assert_array_equal(read.maps, maps)


def test_the_mask_of_fastmri_has_one_axis_where_that_is_enough(tmp_path: Path) -> None:
    columns = np.array([True, False, True, True, False])
    for mask, stored in (
        (np.tile(columns, (6, 1)), columns),
        (np.arange(30).reshape(6, 5) % 2 == 0, np.arange(30).reshape(6, 5) % 2 == 0),
    ):
        write_kspace(tmp_path / "k.h5", normal(2, 4, 6, 5), mask)
        with h5py.File(tmp_path / "k.h5") as file:
            np.testing.assert_array_equal(file["mask"], stored)
        np.testing.assert_array_equal(read_kspace(tmp_path / "k.h5").mask, mask)


def test_other_suffixes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReconError, match=r"has to end in .npy, .npz, .cfl, .h5") as caught:
        write_kspace(tmp_path / "k.mat", normal(1, 4, 6, 5))
    assert caught.value.exit_code == 2
