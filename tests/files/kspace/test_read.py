from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recon_cli.errors import ReconError
from recon_cli.files.kspace.read import read_kspace

from ..complex_arrays import normal

_BEGINNINGS = [b"", b"\x93NUMPY\x01\x00", b"PK\x03\x04", b"PK\x05\x06", b"\x89HDF\r\n\x1a\n"]
_MATLAB = [f"MATLAB {v} MAT-file".encode().ljust(124) + b"\x00\x01IM" for v in ("5.0", "7.3")]


def test_wrong_letters_are_found_before_the_file_is_opened(tmp_path: Path) -> None:
    with pytest.raises(ReconError, match="the axes 'cxz' hold 'z'") as caught:
        read_kspace(tmp_path / "none.npy", "cxz")
    assert caught.value.exit_code == 2


def test_values_are_checked(tmp_path: Path) -> None:
    samples = normal(3, 4, 5)
    samples[2, 1, 0] = np.nan
    np.save(tmp_path / "nan.npy", samples)
    with pytest.raises(
        ReconError, match=r"nan.npy has 1 NaN or infinite values, the first at frame 0, coil 2, y 1, x 0"
    ):
        read_kspace(tmp_path / "nan.npy")
    np.save(tmp_path / "zero.npy", np.zeros((3, 4, 5), np.complex64))
    with pytest.raises(ReconError, match=r"zero.npy holds no energy"):
        read_kspace(tmp_path / "zero.npy")
    np.save(tmp_path / "real.npy", np.ones((2, 4, 5), np.float32))
    with pytest.raises(ReconError, match=r"real.npy holds real values .float32., but k-space is complex"):
        read_kspace(tmp_path / "real.npy")
    np.save(tmp_path / "empty.npy", np.zeros((0, 4, 5), np.complex64))
    with pytest.raises(ReconError, match=r"empty.npy holds an empty array of shape .1, 0, 4, 5."):
        read_kspace(tmp_path / "empty.npy")


def test_other_formats_are_named(tmp_path: Path) -> None:
    (tmp_path / "k.txt").write_text("hello")
    with pytest.raises(ReconError, match=r"k.txt is not k-space: npy, npz, MATLAB"):
        read_kspace(tmp_path / "k.txt")


@pytest.mark.parametrize(
    ("name", "program"),
    [("meas_MID1.dat", "siemens"), ("P12345.7", "ge"), ("scan.lab", "philips"), ("fid", "bruker")],
)
def test_the_converter_of_a_scanners_file_is_named(tmp_path: Path, name: str, program: str) -> None:
    (tmp_path / name).write_bytes(b"\1\0\0\0" * 99)
    with pytest.raises(ReconError, match=f"is converted by {program}_to_ismrmrd"):
        read_kspace(tmp_path / name)


def test_a_variable_is_named_of_files_that_have_some(tmp_path: Path) -> None:
    np.savez(tmp_path / "k.npz", first=np.ones((4, 4), complex), second=2 * np.ones((4, 4), complex))
    assert read_kspace(tmp_path / "k.npz", variable="second").samples.max() == 2
    with pytest.raises(ReconError, match="holds no array third, but first, second"):
        read_kspace(tmp_path / "k.npz", variable="third")
    np.save(tmp_path / "k.npy", np.ones((4, 4), complex))
    with pytest.raises(ReconError, match="--variable names an array of a MATLAB or npz file"):
        read_kspace(tmp_path / "k.npy", variable="first")


@pytest.mark.slow
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(_BEGINNINGS + _MATLAB), st.binary(max_size=400))
def test_any_bytes_give_one_sentence(tmp_path: Path, beginning: bytes, rest: bytes) -> None:
    (tmp_path / "k").write_bytes(beginning + rest)
    with pytest.raises(ReconError, match="k"):
        read_kspace(tmp_path / "k")
