from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from recon_cli.models.dictionary import load_dictionary

from .run import recon

SMALL = ["--atoms", 24, "--patch-size", 5, "--crop-size", 20, "--margin", 4]
QUICK = [*SMALL, "--batch", 2, "--validate-every", 2, "--no-tune"]


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
    (tmp_path / "wrong.toml").write_text("sigma = 25\nbatsch = 4\n")
    return tmp_path


@pytest.mark.slow
def test_a_trained_dictionary_denoises(folder: Path) -> None:
    flags = ["--data", "images", "--sigma", 25, "-o", "mine.safetensors", "--train-steps", 4, *QUICK]
    done = recon("train", *flags, "--validation", "images", "--json", folder=folder)
    assert done.returncode == 0, done.stderr
    line = json.loads(done.stdout)
    assert (line["output"], line["sigma"], line["training"]["train_steps"]) == ("mine.safetensors", 25, 4)
    assert line["best_step"] in (2, 4)
    assert line["validation_psnr"] > 15
    assert "small.png has 8 x 8 pixels" in done.stderr
    assert "broken.png is damaged" in done.stderr
    dictionary = load_dictionary(folder / "mine.safetensors")
    assert dictionary.atoms.shape == (25, 24)
    assert dictionary.training["train_steps"] == 4
    model = ["--model", "mine.safetensors", "--mode", "unrolled", "-o", "out.png"]
    done = recon("denoise", "images/a.png", "--sigma", 25, *model, folder=folder)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_range_of_noise_levels_is_one_model(folder: Path) -> None:
    flags = ["--data", "images", "--sigma", "5:50", "--objective", "minimum", "--train-steps", 4, *QUICK]
    done = recon("train", *flags, "--no-tune", "-o", "any.safetensors", "--json", folder=folder)
    assert done.returncode == 0, done.stderr
    line = json.loads(done.stdout)
    assert line["training"]["sigma"] == [5, 50]
    assert len(line["training"]["validation_psnrs"]) == 4
    for sigma in (5, 13.7):
        where = ["--model", "any.safetensors", "--mode", "full", "-o", f"{sigma}.png", "--json"]
        done = recon("denoise", "images/a.png", "--sigma", sigma, *where, folder=folder)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["gap"] < 0.01
    done = recon("show-atoms", "--model", "any.safetensors", "--sort", "penalty", folder=folder)
    assert done.returncode == 0, done.stderr
    done = recon("denoise", "images/a.png", "--sigma", 400, *where, "--overwrite", folder=folder)
    assert (done.returncode, "any has no parameters for sigma 400" in done.stderr) == (2, True)


@pytest.mark.slow
def test_a_trained_ridge_regulariser_denoises_and_reconstructs_at_once(folder: Path) -> None:
    flags = ["--regulariser", "crr", "--crop-size", 20, "--margin", 4, "--batch", 2, "--train-steps", 2]
    done = recon("train", *flags, "--data", "images", "--sigma", 25, "-o", "crr.safetensors", folder=folder)
    assert done.returncode == 0, done.stderr
    assert "tuned: lam" in done.stderr
    method = ["--method", "crr", "--model", "crr.safetensors"]
    done = recon("denoise", "images/a.png", "--sigma", 10, *method, "-o", "out.png", folder=folder)
    assert done.returncode == 0, done.stderr
    np.save(folder / "kspace.npy", np.fft.fft2(data.camera()[:32, :30] / 255).astype(np.complex64))
    done = recon("mri", "kspace.npy", "--mask", "random", *method, folder=folder)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--data", "nowhere", "--sigma", 25], 1, "the folder nowhere does not exist"),
        (["--data", ".", "--sigma", 25], 1, "no usable image in ."),
        (["--data", "images", "--sigma", -5], 2, "sigma: Input should be greater than 0"),
        (["--data", "images", "--sigma", "1:x"], 2, "give a number, or two with a colon"),
        (
            ["--data", "images", "--sigma", "1:50"],
            2,
            "a range of noise levels needs an objective other than unrolled",
        ),
        (["--data", "images"], 2, "sigma: it has to be given"),
        (["--sigma", 25], 2, "it has to be given, here or in --config"),
        (["--data", "images", "--sigma", 25, "--scales", "1,x"], 2, "give numbers with commas"),
        (["--data", "images", "--config", "wrong.toml"], 2, "batsch: there is no such setting"),
        (["--data", "images", "--config", "none.toml"], 1, "none.toml does not exist"),
        (["--data", "images", "--sigma", 25, "--atoms", 0], 2, "atoms: Input should be greater"),
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


@pytest.mark.slow
def test_options_go_before_the_configuration(folder: Path) -> None:
    settings = (
        'data = "images"\noutput = "mine.safetensors"\nsigma = 25\natoms = 24\npatch_size = 5\n'
        "crop_size = 20\nmargin = 4\nbatch = 2\ntrain_steps = 3\ntune = false\nseed = 3\n"
    )
    (folder / "train.toml").write_text(settings)
    done = recon("train", "--config", "train.toml", "--seed", 5, folder=folder)
    assert done.returncode == 0, done.stderr
    training = load_dictionary(folder / "mine.safetensors").training
    assert (training["seed"], training["atoms"], training["schedule"]) == (5, 24, "cosine")
    done = recon("train", "--config", "train.toml", "--seed", 5, folder=folder)
    assert done.returncode == 1
    assert "--overwrite to begin again" in done.stderr


@pytest.mark.slow
def test_ctrl_c_saves_and_the_same_command_goes_on(folder: Path) -> None:
    flags = ["--data", "images", "--sigma", 25, "--train-steps", 40, *QUICK]
    done = recon("train", *flags, "-o", "whole.safetensors", folder=folder)
    assert done.returncode == 0, done.stderr
    command = [sys.executable, "-m", "recon_cli", "train", *map(str, flags), "-o", "parts.safetensors"]
    running = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)
    log = folder / "parts.safetensors.jsonl"
    while not (log.exists() and log.read_text().count("\n") >= 3):
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    said = running.communicate(timeout=60)[1]
    assert running.returncode == 130, said
    assert "the same command with --resume goes on from there" in said
    done = recon("train", *flags, "-o", "parts.safetensors", "--resume", folder=folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "parts.safetensors").read_bytes() == (folder / "whole.safetensors").read_bytes()
    assert [json.loads(line)["step"] for line in log.read_text().splitlines()] == list(range(1, 41))
