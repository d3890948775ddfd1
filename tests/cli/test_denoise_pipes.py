"""Pipes, by real processes."""

from __future__ import annotations

import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

_COMMAND = [sys.executable, "-m", "recon_cli", "denoise", "--sigma", "25", "--mode", "unrolled"]


def _png() -> bytes:
    pixels = np.random.default_rng(0).integers(0, 256, (12, 11, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(buffer := io.BytesIO(), "PNG")
    return buffer.getvalue()


def _pipe(content: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*_COMMAND, *arguments], input=content, capture_output=True, check=False, timeout=120
    )


def test_an_image_goes_through_a_pipe() -> None:
    done = _pipe(_png(), "-", "--format", "tiff", "--json")
    assert done.returncode == 0, done.stderr
    assert tifffile.imread(io.BytesIO(done.stdout)).shape == (12, 11, 3)
    assert b"certified gap" in done.stderr
    line = json.loads(done.stderr.splitlines()[-1])
    assert (line["input"], line["output"], line["format"]) == ("-", "-", "tiff")


@pytest.mark.slow
def test_bad_content_is_one_sentence() -> None:
    done = _pipe(b"words", "-")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"recon: standard input is not a PNG, TIFF, JPEG, WebP, npy, npz, FITS")
    assert done.stderr.endswith(b"ND2 or LIF file\n")


@pytest.mark.slow
def test_a_closed_pipe_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "in.png").write_bytes(_png())
    reading, writing = os.pipe()
    with subprocess.Popen(
        [*_COMMAND, str(tmp_path / "in.png"), "-o", "-", "-q"], stdout=writing, stderr=subprocess.PIPE
    ) as process:
        os.close(reading)
        os.close(writing)
        _, said = process.communicate(timeout=120)
    assert process.returncode == 1
    assert said == b"recon: cannot write to standard output: Broken pipe\n"


def test_ctrl_c_ends_with_a_sentence_and_leaves_whole_files(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(_png())
    words = ["--tol", "1e-300", "--max-iter", "1000000000", "--sigma", "25"]
    command = [sys.executable, "-m", "recon_cli", "denoise", "a.png", "b.png", "--verbose", *words]
    with subprocess.Popen([*command, "-o", "out/"], cwd=tmp_path, stderr=subprocess.PIPE) as process:
        while not (tmp_path / "out").exists():
            time.sleep(0.02)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=120)
    assert (process.returncode, said) == (130, b"recon: interrupted\n")
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.slow
def test_no_image_goes_to_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "in.png").write_bytes(_png())
    ours, theirs = pty.openpty()
    command = [*_COMMAND, str(tmp_path / "in.png"), "-o", "-"]
    done = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, check=False, timeout=120)
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 2
    assert b"the image would go to the terminal" in done.stderr
