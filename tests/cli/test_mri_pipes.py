"""k-space through pipes, by real processes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from .run import recon

_COMMAND = [
    sys.executable,
    "-m",
    "recon_cli",
    "mri",
    "--mode",
    "unrolled",
    "--beta",
    "0.05",
    "--lam",
    "1.5e-4",
]


def _kspace() -> bytes:
    clean = data.camera()[60:92, 200:240] / 255
    samples = np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(clean), norm="ortho")).astype(np.complex64)
    np.save(buffer := io.BytesIO(), samples)
    return buffer.getvalue()


def _pipe(content: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*_COMMAND, *arguments], input=content, capture_output=True, check=False, timeout=120
    )


@pytest.mark.slow
def test_k_space_goes_in_and_an_image_comes_out() -> None:
    done = _pipe(_kspace(), "-", "--format", "png", "--json")
    assert done.returncode == 0, done.stderr
    with Image.open(io.BytesIO(done.stdout)) as image:
        assert image.size == (40, 32)
    line = json.loads(done.stderr.splitlines()[-1])
    assert (line["input"], line["output"], line["sampled"]) == ("-", "-", 1.0)


@pytest.mark.slow
def test_a_pipe_gives_what_files_give(tmp_path: Path) -> None:
    (tmp_path / "k.npy").write_bytes(_kspace())
    done = recon(*_COMMAND[3:], "k.npy", "-q", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    piped = _pipe(_kspace(), "-", "-q")
    assert piped.stdout == (tmp_path / "k_recon.npy").read_bytes()
    assert piped.stderr == b""


@pytest.mark.slow
def test_a_broken_pipe_is_called_by_its_name() -> None:
    done = _pipe(_kspace()[:200], "-")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"recon: standard input ")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.slow
def test_an_empty_pipe_is_one_sentence() -> None:
    done = _pipe(b"", "-")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().strip() == "recon: standard input is empty"
