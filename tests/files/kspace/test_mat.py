from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import scipy.io

from recon_cli.errors import ReconError
from recon_cli.files.kspace.mat import read_mat
from recon_cli.files.kspace.read import read_kspace

from ..complex_arrays import normal


def _save_73(place: Path, **variables: np.ndarray) -> None:
    """Write a file as MATLAB does: a text of 512 bytes, axes reversed, complex numbers as pairs."""
    with h5py.File(place, "w", userblock_size=512) as file:
        for name, array in variables.items():
            values = array.T
            if np.iscomplexobj(array):
                pairs = np.empty(values.shape, [("real", "<f8"), ("imag", "<f8")])
                pairs["real"], pairs["imag"] = values.real, values.imag
                values = pairs
            file[name] = values
            file[name].attrs["MATLAB_class"] = np.bytes_("double")
        file["note"] = np.array([104, 105], np.uint16)
        file["note"].attrs["MATLAB_class"] = np.bytes_("char")
    with place.open("r+b") as raw:
        raw.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\x00\x02IM")


def _save_5(place: Path, **variables: Any) -> None:
    scipy.io.savemat(place, {**variables, "note": "hi", "settings": {"a": 1}}, do_compression=True)


_SAVERS = pytest.mark.parametrize("save", [_save_5, _save_73])


@_SAVERS
@pytest.mark.parametrize("name", ["kspace", "kdata", "data", "whatever"])
def test_coils_come_last(tmp_path: Path, save: Any, name: str) -> None:
    samples = normal(6, 5, 4)
    save(tmp_path / "k.mat", **{name: samples, "TR": np.array([[5.0]]), "phase": np.ones((6, 5))})
    read = read_kspace(tmp_path / "k.mat")
    np.testing.assert_array_equal(read.samples[0], samples.transpose(2, 0, 1))
    assert (read.axes, read.layout) == ("y 6, x 5, coil 4", "mat")


@_SAVERS
def test_letters_override(tmp_path: Path, save: Any) -> None:
    samples = normal(4, 6, 5)
    save(tmp_path / "k.mat", kspace=samples)
    np.testing.assert_array_equal(read_kspace(tmp_path / "k.mat", "cyx").samples[0], samples)


@_SAVERS
def test_several_candidates_are_listed(tmp_path: Path, save: Any) -> None:
    save(tmp_path / "k.mat", first=normal(6, 5), second=normal(6, 5))
    with pytest.raises(ReconError, match="several arrays, first, second; keep one"):
        read_kspace(tmp_path / "k.mat")


@_SAVERS
def test_a_variable_is_named(tmp_path: Path, save: Any) -> None:
    save(tmp_path / "k.mat", kspace=np.ones((4, 3), complex), other=3 * np.ones((4, 3), complex))
    assert read_kspace(tmp_path / "k.mat", variable="other").samples.max() == 3
    with pytest.raises(ReconError, match="holds no array third"):
        read_kspace(tmp_path / "k.mat", variable="third")


@_SAVERS
def test_real_and_missing_samples(tmp_path: Path, save: Any) -> None:
    save(tmp_path / "real.mat", kspace=np.ones((6, 5)))
    with pytest.raises(ReconError, match=r"real.mat holds real values .float64., but k-space is complex"):
        read_kspace(tmp_path / "real.mat")
    save(tmp_path / "none.mat", TR=np.array([[5.0]]))
    with pytest.raises(ReconError, match=r"none.mat holds no array that could be kspace"):
        read_kspace(tmp_path / "none.mat")


@_SAVERS
def test_a_real_array_can_be_asked_for(tmp_path: Path, save: Any) -> None:
    mask = np.eye(6)
    save(tmp_path / "m.mat", pattern=mask)
    np.testing.assert_array_equal(read_mat(tmp_path / "m.mat", ("mask",), prefer_complex=False), mask)


@_SAVERS
def test_declared_sizes_are_checked(tmp_path: Path, save: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path / "k.mat", kspace=normal(6, 5))
    monkeypatch.setattr("recon_cli.files.limits._limit", 29)
    count = 60 if save is _save_73 else 30  # pairs of doubles count two values of 8 bytes
    with pytest.raises(ReconError, match=rf"k.mat declares {count} values; at most 29"):
        read_kspace(tmp_path / "k.mat")


@_SAVERS
def test_truncated_files_are_rejected_by_name(tmp_path: Path, save: Any) -> None:
    place = tmp_path / "k.mat"
    save(place, kspace=normal(20, 20))
    whole = place.read_bytes()
    for length in (1, 130, len(whole) // 3, len(whole) // 2):
        place.write_bytes(whole[:length])
        with pytest.raises(ReconError, match=r"k\.mat"):
            read_kspace(place)


def test_links_to_other_files_are_not_followed(tmp_path: Path) -> None:
    _save_73(tmp_path / "k.mat", other=normal(6, 5))
    with h5py.File(tmp_path / "k.mat", "r+") as file:
        file["kspace"] = h5py.ExternalLink("secret.h5", "/kspace")
    with pytest.raises(ReconError, match="has a link in place of kspace, which is not followed"):
        read_kspace(tmp_path / "k.mat")
