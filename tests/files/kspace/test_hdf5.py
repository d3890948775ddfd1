from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.files.kspace.hdf5 import is_sound, member, open_hdf5, read_numbers

from ..complex_arrays import normal

_PAIR = np.dtype([("real", "<f8"), ("imag", "<f8")])


@pytest.mark.parametrize("dtype", ["<c8", ">c16", "<f4", "u1", "?", _PAIR])
def test_numbers_are_read(tmp_path: Path, dtype: np.dtype) -> None:
    samples = normal(3, 4)
    stored = np.zeros((3, 4), dtype)
    if stored.dtype.names:
        stored["real"], stored["imag"] = samples.real, samples.imag
    else:
        stored[:] = samples if stored.dtype.kind == "c" else samples.real > 0
    with h5py.File(tmp_path / "k.h5", "w") as file:
        file["a"] = stored
    with open_hdf5(tmp_path / "k.h5") as file:
        read = read_numbers(tmp_path / "k.h5", member(tmp_path / "k.h5", file, "a"))
        assert member(tmp_path / "k.h5", file, "b") is None
    np.testing.assert_array_equal(read, samples if stored.dtype.names else stored)


@pytest.mark.parametrize("values", ["text", h5py.Empty("f4"), np.zeros(2, [("r", "f4"), ("q", "f4")])])
def test_other_datasets_are_refused(tmp_path: Path, values: object) -> None:
    with h5py.File(tmp_path / "k.h5", "w") as file:
        file["a"] = values
    with pytest.raises(ReconError, match="holds no numbers in /a"), open_hdf5(tmp_path / "k.h5") as file:
        read_numbers(tmp_path / "k.h5", file["a"])


def test_a_pair_whose_members_overlap_is_not_read(tmp_path: Path) -> None:
    place = tmp_path / "k.h5"
    with h5py.File(place, "w") as file:
        file["a"] = np.zeros(4, _PAIR)
    bias, other = (1023).to_bytes(4, "little"), (916).to_bytes(4, "little")
    place.write_bytes(place.read_bytes().replace(bias, other, 1))
    with pytest.raises(ReconError, match="holds no numbers in /a"), open_hdf5(place) as file:
        read_numbers(place, file["a"])


def test_overlapping_members_are_found_at_any_depth() -> None:
    overlapping = np.dtype({"names": ["a", "b"], "formats": ["f8", "f8"], "offsets": [0, 4], "itemsize": 12})
    assert is_sound(np.dtype([("head", _PAIR), ("traj", "O")]))
    assert not is_sound(overlapping)
    assert not is_sound(np.dtype([("head", overlapping), ("traj", "O")]))


def test_a_file_that_is_cut_short_is_copied_again(tmp_path: Path) -> None:
    path = tmp_path / "k.h5"
    with h5py.File(path, "w") as file:
        file["a"] = normal(30, 40)
    whole = path.read_bytes()
    path.write_bytes(whole[:5000])
    said = f"is cut short: it holds 5000 of {len(whole)} bytes; copy it again"
    with pytest.raises(ReconError, match=said), open_hdf5(path):
        pass
