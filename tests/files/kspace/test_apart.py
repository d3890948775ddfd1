from __future__ import annotations

import os
import signal
import zlib
from pathlib import Path

import h5py
import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.files.kspace import apart
from recon_cli.files.kspace.apart import read_apart

from ..complex_arrays import normal


def test_arrays_and_facts_come_back(tmp_path: Path) -> None:
    samples = np.asfortranarray(normal(3, 2, 5, 4))
    with h5py.File(tmp_path / "k.h5", "w") as file:
        file["kspace"], file["mask"] = samples, np.ones(4, np.float32)
    read = read_apart("kspace", tmp_path / "k.h5")
    np.testing.assert_array_equal(read.arrays["array"], samples, strict=True)
    assert read.arrays["mask"].shape == (4,)
    assert read.facts == {"letters": "scyx", "layout": "fastMRI HDF5", "voxel": None}


def test_errors_come_back_with_their_code(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "k.h5", "w") as file:
        file.create_group("dataset")
    with pytest.raises(ReconError, match="leave --axes away") as caught:
        read_apart("kspace", tmp_path / "k.h5", "yx")
    assert caught.value.exit_code == 2


def test_a_reader_that_dies_is_a_damaged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "recon_crash.py").write_text(
        "import os, recon_cli.files.kspace.apart as apart\n"
        f"apart._READERS['kspace'] = lambda path: os.kill(os.getpid(), {int(signal.SIGSEGV)})\n"
        "apart.main()\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.setattr(apart, "__name__", "recon_crash")
    (tmp_path / "k.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    with pytest.raises(ReconError, match=r"k.h5 is damaged or not supported.*its reader ended with code -11"):
        read_apart("kspace", tmp_path / "k.h5")


def test_a_bomb_ends_its_reader_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recon_cli.files.limits._limit", 2**20)
    with h5py.File(tmp_path / "k.h5", "w") as file:
        kspace = file.create_dataset("kspace", (4, 4), np.complex64, chunks=(4, 4), compression="gzip")
        kspace.id.write_direct_chunk((0, 0), _bomb(2**29))
    with pytest.raises(ReconError, match=r"k.h5 is damaged or not supported"):
        read_apart("kspace", tmp_path / "k.h5")


def test_no_module_is_taken_from_the_folder_of_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "h5py.py").write_text("raise SystemExit")
    with h5py.File(tmp_path / "k.h5", "w") as file:
        file["kspace"] = normal(5, 4)
    assert read_apart("kspace", Path("k.h5")).arrays["array"].shape == (5, 4)


def _bomb(size: int) -> bytes:
    """Return a deflate stream that unpacks to so many zeros."""
    packer, zeros = zlib.compressobj(9), bytes(2**20)
    return b"".join(packer.compress(zeros) for _ in range(size // 2**20)) + packer.flush()
