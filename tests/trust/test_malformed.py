from __future__ import annotations

import re
import resource
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from recon_cli.files.limits import MOST_VALUES, set_limit

from ..cli.run import recon_here
from .corpus import Malformed, corpus
from .seeds import TRAINING_CONFIGURATION

_LIMIT = 2**20
_MEMORY = 2**28 / 2**10
"""What reading may take with this limit, in KiB: 256 bytes a value."""


def _command(bad: Malformed) -> list[object]:
    """Return the command that reads the file, and put beside it what else the command needs."""
    name: object = bad.name
    match bad.use:
        case "image":
            return ["denoise", name, "--sigma", 25]
        case "kspace":
            return ["mri", name]
        case "mask" | "maps" | "reference":
            return ["mri", "good.npy", f"--{bad.use}", name]
        case "params":
            return ["denoise", "good.png", "--sigma", 25, "--params", name]
        case "model":
            return ["denoise", "good.png", "--sigma", 25, "--model", name]
        case "config":
            return ["train", "--config", name, "--data", ".", "-o", "out.safetensors"]
        case "checkpoint":
            Path(bad.name).rename("out.safetensors.checkpoint")
            Path("train.toml").write_bytes(TRAINING_CONFIGURATION)
            return ["train", "--config", "train.toml", "--data", ".", "-o", "out.safetensors", "--resume"]
    Path(bad.name).rename("log.jsonl")
    return ["tune", "good.png", "--sigma", 25, "--log", "log.jsonl", "--resume"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    Image.fromarray(rng.integers(0, 256, (20, 24), dtype=np.uint8)).save("good.png")
    np.save("good.npy", np.fft.fftshift(np.fft.fft2(rng.standard_normal((12, 14)) + 1j)))
    return tmp_path


@pytest.mark.parametrize("bad", corpus(), ids=lambda bad: f"{bad.use} {bad.name}")
def test_each_file_earns_its_sentence_and_code(folder: Path, bad: Malformed) -> None:
    (folder / bad.name).write_bytes(bad.content)
    command = _command(bad)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    done = recon_here("--max-values", _LIMIT, *command)
    said = done.stderr.splitlines()
    assert done.exit_code == bad.code, done.stderr
    assert re.match(f"recon: ({bad.said})", said[-1]), said
    assert "Traceback" not in done.stderr
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - used < _MEMORY


def test_the_limit_can_be_raised(folder: Path) -> None:
    command = ["denoise", "good.png", "--sigma", 25, "--mode", "unrolled", "-o", "out.png"]
    done = recon_here("--max-values", 479, *command)
    assert done.exit_code == 1
    assert "good.png declares 480 values; at most 479 can be read" in done.stderr
    done = recon_here("--max-values", 480, *command)
    assert done.exit_code == 0, done.stderr


@pytest.fixture(autouse=True)
def _usual_limit() -> object:
    yield
    set_limit(MOST_VALUES)
