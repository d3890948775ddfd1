from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from recon_cli.models.dictionary import load_dictionary

from .run import recon

QUICK = ["--atoms", 24, "--patch-size", 5, "--crop-size", 20, "--margin", 4, "--batch", 2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Training images of two sizes beside files that are none."""
    images = tmp_path / "images"
    images.mkdir()
    Image.fromarray(data.camera()[:90, :80]).save(images / "a.png")
    Image.fromarray(data.coins()[:64, :100]).save(images / "b.png")
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(images / "small.png")
    (images / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (images / "notes.txt").write_text("no image")
    return tmp_path


def test_a_trained_dictionary_denoises(folder: Path) -> None:
    flags = ["--data", "images", "--sigma", 25, "-o", "mine.safetensors", "--train-steps", 4, *QUICK]
    done = recon("train", *flags, "--validation", "images", folder=folder)
    assert done.returncode == 0, done.stderr
    assert "small.png has 8 x 8 pixels" in done.stderr
    assert "broken.png is damaged" in done.stderr
    dictionary = load_dictionary(folder / "mine.safetensors")
    assert dictionary.atoms.shape == (25, 24)
    assert dictionary.training["train_steps"] == 4
    model = ["--model", "mine.safetensors", "--mode", "unrolled", "-o", "out.png"]
    done = recon("denoise", "images/a.png", "--sigma", 25, *model, folder=folder)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--data", "nowhere", "--sigma", 25], 1, "the folder nowhere does not exist"),
        (["--data", ".", "--sigma", 25], 1, "no usable image in ."),
        (["--data", "images", "--sigma", 13], 2, "give --beta and --lam"),
        (["--data", "images", "--sigma", -5, "--beta", 1, "--lam", 1], 2, "have to be positive"),
        (["--data", "images", "--sigma", 25, "--crop-size", 8, "--margin", 0], 2, "smaller than a patch"),
        (["--data", "images", "--sigma", 25, "--margin", 40], 2, "leaves nothing of a crop"),
        (["--data", "images", "--sigma", 25, "--initial", "unknown"], 2, "there is no model unknown"),
    ],
)
def test_bad_input_is_one_clear_sentence(folder: Path, arguments: list[object], code: int, said: str) -> None:
    done = recon("train", *arguments, "-o", "mine.safetensors", folder=folder)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "mine.safetensors").exists()
