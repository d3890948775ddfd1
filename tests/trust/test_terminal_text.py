"""What a file is called or holds does not command the terminal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ..cli.run import recon_here
from .seeds import GREY, TRAINING_CONFIGURATION

NAME = "a\x1b]0;title\x07\x1b[31m\x9b"
COMMANDS = {
    "denoise": ("denoise", f"{NAME}.png", "--sigma", 25, "--mode", "unrolled", "-o", f"{NAME}o.png"),
    "batch": ("denoise", f"{NAME}.png", "b.png", "--sigma", 25, "--mode", "unrolled", "-o", f"{NAME}/"),
    "missing": ("denoise", f"{NAME}.tif", "--sigma", 25),
    "unknown": ("denoise", "b.png", "--sigma", 25, "--method", NAME),
    "mri": ("mri", f"{NAME}.npy", "--max-iter", 2, "-o", f"{NAME}o.npy"),
    "tune": ("tune", "b.png", "--sigma", 25, "--betas", 0.4, "--lams", 3e-4, "-o", f"{NAME}t.toml"),
    "train": ("train", "--config", "train.toml", "--data", ".", "-o", f"{NAME}.safetensors"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_control_characters_are_escaped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    for place in (f"{NAME}.png", "b.png"):
        Image.fromarray(GREY).save(place)
    np.save(f"{NAME}.npy", np.fft.fftshift(np.fft.fft2(GREY / 255, norm="ortho")))
    Path("train.toml").write_bytes(TRAINING_CONFIGURATION)
    done = recon_here(*COMMANDS[name])
    assert (done.exit_code == 0) == (name not in ("missing", "unknown")), done.stderr
    assert "\\x1b" in done.stderr
    strange = {letter for letter in done.stderr if not letter.isprintable() and letter != "\n"}
    assert not strange
