from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image
from skimage import data

pytestmark = pytest.mark.slow

SETTINGS = """
sigma = 25
data = "images"
atoms = 24
patch_size = 5
crop_size = 20
margin = 4
batch = 2
train_steps = 30
validate_every = 3
tune = false
"""
KILLS = 10


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "recon_cli", "train", "--config", "train.toml", *arguments]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE)


def finish(folder: Path, *arguments: str) -> None:
    running = start(folder, *arguments)
    said = running.communicate(timeout=120)[1]
    assert running.returncode == 0, said.decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    Image.fromarray(data.camera()[:90, :80]).save(tmp_path / "images" / "a.png")
    Image.fromarray(data.coins()[:64, :100]).save(tmp_path / "images" / "b.png")
    (tmp_path / "train.toml").write_text(SETTINGS)
    return tmp_path


def kill_and_resume(folder: Path, name: str, moment: float) -> int:
    """Kill a training at this moment, of 1, between its first log entry and its end; then finish it."""
    place, log = folder / f"{name}.safetensors", folder / f"{name}.safetensors.jsonl"
    running = start(folder, "-o", place.name)
    while not log.exists() and running.poll() is None:
        time.sleep(0.005)
    time.sleep(moment)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert running.stderr is not None
    running.stderr.close()
    steps = log.read_text().count("\n")
    finish(folder, "-o", place.name, "--resume")
    return steps


def test_a_killed_training_ends_with_the_same_file(folder: Path) -> None:
    began = time.monotonic()
    finish(folder, "-o", "whole.safetensors")
    span = 0.6 * (time.monotonic() - began)
    chance = random.Random(1)
    moments = [span * chance.random() for _ in range(KILLS)]
    with ThreadPoolExecutor(2) as pool:
        names = [f"killed{k}" for k in range(KILLS)]
        steps = list(pool.map(kill_and_resume, [folder] * KILLS, names, moments))
    whole = (folder / "whole.safetensors").read_bytes()
    assert all((folder / f"{name}.safetensors").read_bytes() == whole for name in names)
    assert len(set(steps)) > 3
