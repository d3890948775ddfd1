"""Which files the commands open, seen in the calls to the system: none that only another file names."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from PIL import Image

import recon_cli
from recon_cli.files.kspace.cfl import to_cfl, write_cfl

from .bombs import ome_tiff
from .seeds import GREY, TRAINING_CONFIGURATION, tiff

pytestmark = pytest.mark.slow

STRACE = shutil.which("strace")
_PACKAGE = Path(recon_cli.__file__).resolve().parent
_SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc", "/proc", "/sys", "/dev", "/var/cache/fontconfig")
"""What belongs to the system: its libraries, settings, fonts, devices and processes."""
_PYTHON = (sys.prefix, sys.base_prefix, *(entry for entry in sys.path if entry), str(_PACKAGE))
_PRETRAINED = str(_PACKAGE.parents[1] / "pretrained")
_CALL = re.compile(r'\b(?:open|openat|openat2|execve)\((?:AT_FDCWD, |\d+(?:<[^>]*>)?, )?"((?:[^"\\]|\\.)*)"')
_DECOYS = {
    "numpy.py": b"raise SystemExit('run')",
    "sitecustomize.py": b"raise SystemExit('run')",
    "NDTiff.index": b"\0" * 64,
    "secret.tif": tiff(GREY),
    "recon.toml": b"sigma = 99\n",
    "k.txt": b"",
}
"""Files that lie in the current folder and are no arguments."""
_COMMANDS = {
    "denoise": "denoise a.png --sigma 25 --mode unrolled --reference whole.tif -o out.png --figure out.pdf "
    "--report out.html",
    "denoise what names others": "denoise other.tif --sigma 25",
    "denoise what a program lists": "denoise listed.tif --sigma 25 --mode unrolled -o out.tif",
    "mri": "mri k.h5 --maps maps.npy --mask mask.png --reference whole.tif --max-iter 2 -o out.npy",
    "mri of a pair": "mri pair.cfl --max-iter 2 -o out.npy",
    "mri what names others": "mri virtual.h5",
    "mri a reference that names others": "mri k.h5 --maps maps.npy --reference other.tif -o out.npy",
    "show-atoms of what names others": "show-atoms --picture other.tif -o out.png",
    "tune": "tune a.png --sigma 25 --betas 0.4 --lams 3e-4 -o out.toml",
    "train": "train --config train.toml --data data -o out.safetensors",
    "benchmark": "benchmark denoise --data a.png --sigma 25 --methods tv -o out.csv",
}
_BESIDE = {"mri of a pair": {"pair.hdr"}, "train": {"data/whole.tif", "data/other.tif", "data/a.png"}}
"""What belongs to an argument: BART's header, and the images of a folder."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "current"
    for name in ("current/data", "home", "temporary"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.chdir(place)
    for name, content in _DECOYS.items():
        Path(name).write_bytes(content)
    for name in ("pipe.tif", "pipe0.h5"):
        os.mkfifo(name)
    Image.fromarray(GREY).save("a.png")
    whole = ome_tiff("whole.tif", text="urn:uuid:1", own='UUID="urn:uuid:1"')
    Path("whole.tif").write_bytes(whole)
    Path("other.tif").write_bytes(ome_tiff("pipe.tif"))
    summary = json.dumps({"MajorVersion": 3, "Prefix": "x"})
    listed = tiff(GREY, metadata=None, extratags=[(51123, 2, 0, summary, True)])
    Path("listed.tif").write_bytes(listed)
    k = np.fft.fftshift(np.fft.fft2(GREY / 255, norm="ortho")).astype(np.complex64)
    with h5py.File("k.h5", "w") as file:
        file["kspace"] = k[None, None]
    _write_virtual(Path("virtual.h5"), k.shape)
    np.save("maps.npy", np.ones((1, *k.shape), np.complex64))
    Image.fromarray(np.full(GREY.shape, 255, np.uint8)).save("mask.png")
    write_cfl(Path("pair.cfl"), to_cfl(k[None, None], (1,)))
    for name in ("a.png", "whole.tif", "other.tif"):
        shutil.copy(name, f"data/{name}")
    Path("train.toml").write_bytes(TRAINING_CONFIGURATION)
    return place


def _write_virtual(place: Path, shape: tuple[int, ...]) -> None:
    """Write a dataset without end whose parts are in the files pipe0.h5, pipe1.h5 and so on."""
    whole = h5py.h5s.create_simple((1, *shape), (h5py.h5s.UNLIMITED, *shape))
    whole.select_hyperslab((0, 0, 0), (h5py.h5s.UNLIMITED, 1, 1), (1, *shape), (1, *shape))
    settings = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    settings.set_virtual(whole, b"pipe%b.h5", b"kspace", h5py.h5s.create_simple((1, *shape)))
    kind = h5py.h5t.py_create(np.dtype(np.complex64))
    with h5py.File(place, "w") as file:
        h5py.h5d.create(file.id, b"kspace", kind, whole, settings)


def _opened(log: Path, folder: Path) -> Iterator[Path]:
    """Yield what a run opened or tried to open, programs that it started among them."""
    for line in log.read_text(errors="replace").splitlines():
        if found := _CALL.search(line):
            yield folder / found[1].encode().decode("unicode_escape")


@pytest.mark.skipif(STRACE is None, reason="strace is not installed")
@pytest.mark.parametrize("name", _COMMANDS)
def test_only_arguments_the_package_and_the_system_are_opened(
    folder: Path, tmp_path: Path, name: str
) -> None:
    words = _COMMANDS[name].split()
    log = tmp_path / "calls"
    environment = {
        **os.environ, "HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "temporary"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    trace = [
        str(STRACE),
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-s",
        "4096",
        "-e",
        "trace=open,openat,openat2,execve",
        "-o",
        str(log),
    ]
    command = [*trace, sys.executable, "-P", "-m", "recon_cli", *words]
    pipes: dict[str, Any] = {
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.PIPE,
    }
    running = subprocess.Popen(command, env=environment, text=True, start_new_session=True, **pipes)
    try:
        _, said = running.communicate(timeout=200)
    finally:
        with suppress(ProcessLookupError):  # whoever waits for a pipe waits on without strace
            os.killpg(running.pid, signal.SIGKILL)
    if "ptrace" in said and not log.exists():
        pytest.skip("processes may not be watched here")
    assert running.returncode == (1 if "names others" in name else 0), said
    allowed = {folder / word for word in words} | {folder / each for each in _BESIDE.get(name, ())} | {folder}
    results = re.compile(r"(out\b|\.recon-|\.tmp)")
    roots = (*_SYSTEM, *_PYTHON, _PRETRAINED, str(tmp_path / "home"), str(tmp_path / "temporary"))
    strange = {
        path
        for path in _opened(log, folder)
        if path not in allowed
        and Path(os.path.normpath(path)) not in allowed
        and not (path.parent == folder and results.match(path.name))
        and (path.is_relative_to(tmp_path) or path.exists())
        and not any(path.is_relative_to(root) for root in roots)
    }
    assert not strange
