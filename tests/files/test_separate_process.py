from __future__ import annotations

import os
import signal
import subprocess
import sys
import zlib
from pathlib import Path

import h5py
import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.files import separate_process
from recon_cli.files.process_limits import why_it_ended
from recon_cli.files.separate_process import read_in_process

from .complex_arrays import normal


def test_arrays_and_facts_come_back(tmp_path: Path) -> None:
    samples = np.asfortranarray(normal(3, 2, 5, 4))
    with h5py.File(tmp_path / "k.h5", "w") as file:
        file["kspace"], file["mask"] = samples, np.ones(4, np.float32)
    read = read_in_process("kspace", tmp_path / "k.h5")
    np.testing.assert_array_equal(read.arrays["array"], samples, strict=True)
    assert read.arrays["mask"].shape == (4,)
    facts = {"letters": "scyx", "layout": "fastMRI HDF5", "voxel": None}
    assert {name: read.facts[name] for name in facts} == facts


def test_errors_come_back_with_their_code(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "k.h5", "w") as file:
        file.create_group("dataset")
    with pytest.raises(ReconError, match="leave --axes out") as caught:
        read_in_process("kspace", tmp_path / "k.h5", "yx")
    assert caught.value.exit_code == 2


def test_a_reader_that_dies_is_a_damaged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "recon_crash.py").write_text(
        "import os\n"
        "from recon_cli.files import separate_process\n"
        f"separate_process._READERS['kspace'] = lambda path: os.kill(os.getpid(), {int(signal.SIGSEGV)})\n"
        "separate_process.main()\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.setattr(separate_process, "__name__", "recon_crash")
    (tmp_path / "k.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    with pytest.raises(ReconError, match=r"k.h5 is damaged or not supported.*its reader ended with code -11"):
        read_in_process("kspace", tmp_path / "k.h5")


@pytest.mark.slow
def test_a_bomb_ends_its_reader_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recon_cli.files.limits._limit", 2**20)
    with h5py.File(tmp_path / "k.h5", "w") as file:
        kspace = file.create_dataset("kspace", (64, 64), np.complex64, chunks=(64, 64), compression="gzip")
        kspace.id.write_direct_chunk((0, 0), _bomb(2**29))
    with pytest.raises(ReconError, match=r"k.h5 is damaged or not supported"):
        read_in_process("kspace", tmp_path / "k.h5")


def test_no_module_is_taken_from_the_folder_of_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "h5py.py").write_text("raise SystemExit")
    with h5py.File(tmp_path / "k.h5", "w") as file:
        file["kspace"] = normal(5, 4)
    assert read_in_process("kspace", Path("k.h5")).arrays["array"].shape == (5, 4)


def _bomb(size: int) -> bytes:
    """Return a deflate stream that unpacks to so many zeros."""
    packer, zeros = zlib.compressobj(9), bytes(2**20)
    return b"".join(packer.compress(zeros) for _ in range(size // 2**20)) + packer.flush()


_LIMITED = """
import resource, sys
from pathlib import Path
from recon_cli.files.separate_process import read_in_process
from recon_cli.files.process_limits import why_it_ended
kind, soft, hard = getattr(resource, sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
resource.setrlimit(kind, (soft, hard))
try:
    print(read_in_process("kspace", Path(sys.argv[4])).arrays["array"].shape)
except Exception as error:
    print(error)
"""


def _read_within(kind: str, soft: int, hard: int, path: Path) -> str:
    command = [sys.executable, "-c", _LIMITED, kind, str(soft), str(hard), str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120).stdout.strip()


@pytest.mark.parametrize(
    ("kind", "limit"), [("RLIMIT_AS", 2**31), ("RLIMIT_AS", 2**33), ("RLIMIT_CPU", 3), ("RLIMIT_CPU", 100)]
)
def test_a_sound_file_is_read_within_the_limits_of_a_shell(tmp_path: Path, kind: str, limit: int) -> None:
    with h5py.File(tmp_path / "k.h5", "w") as file:
        file["kspace"] = normal(5, 4)
    for hard in (limit, -1):
        assert _read_within(kind, limit, hard, tmp_path / "k.h5") == "(5, 4)"


@pytest.mark.slow
@pytest.mark.parametrize("megabytes", [64, 130, 200])
def test_too_little_memory_is_not_a_damaged_file(tmp_path: Path, megabytes: int) -> None:
    with h5py.File(tmp_path / "k.h5", "w") as file:
        file["kspace"] = normal(2**12, 2**12)
    said = _read_within("RLIMIT_AS", megabytes * 2**20, megabytes * 2**20, tmp_path / "k.h5")
    assert said == (
        f"cannot read {tmp_path / 'k.h5'} in the {megabytes} MiB of memory that are allowed here; "
        "raise that limit, ulimit -v"
    )


def test_too_little_time_is_not_a_damaged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = why_it_ended(tmp_path / "k.h5", -signal.SIGKILL, {"seconds": 2})
    assert "in the 2 s of processor time that are allowed here; raise that limit, ulimit -t" in str(ended)
    assert "is damaged" in str(why_it_ended(tmp_path / "k.h5", -signal.SIGKILL, {}))
