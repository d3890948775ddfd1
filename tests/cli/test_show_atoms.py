from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image
from typer.testing import CliRunner

from recon_cli.cli import main as cli
from recon_cli.models.dictionary import Dictionary, save_dictionary
from recon_cli.models.tuned import Tuned

from ..helpers import random_dictionary
from .run import recon


@pytest.fixture
def folder(photograph: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The photograph's folder as working directory, with a dictionary file."""
    monkeypatch.chdir(photograph)
    atoms = random_dictionary(5, 20)
    mine = Dictionary(atoms, "fixed-mean", 5.0, {("denoise", "unrolled"): Tuned(0.3, 0.01)})
    save_dictionary(photograph / "mine.safetensors", mine)
    return photograph


def _show(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli.app, ["show-atoms", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.slow
def test_the_real_command_draws_a_figure(photograph: Path) -> None:
    done = recon("show-atoms", "--picture", "clean.png", "-o", "atoms.png", folder=photograph)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "wrote atoms.png: 128 atoms of adaptive" in done.stderr
    with Image.open(photograph / "atoms.png") as image:
        assert image.size[0] == 2148
        assert image.convert("L").getextrema() == (0, 255)


def test_the_real_command_lists_the_atoms_into_a_pipe() -> None:
    done = recon("show-atoms")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "adaptive, sigma 7.071, mean-free" in done.stdout
    table = done.stdout.split("frequency  penalty\n")[-1].splitlines()
    frequencies = [float(line.split()[1]) for line in table]
    assert len(frequencies) == 128
    assert frequencies == sorted(frequencies)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("suffix", "start"), [(".png", b"\x89PNG"), (".pdf", b"%PDF"), (".svg", b"<?xml version")]
)
def test_two_runs_write_the_same_bytes(folder: Path, suffix: str, start: bytes) -> None:
    for name in ("one", "two"):
        code, _, stderr = _show("--model", "mine.safetensors", "--picture", "clean.png", "-o", name + suffix)
        assert code == 0, stderr
    content = (folder / f"one{suffix}").read_bytes()
    assert content.startswith(start)
    assert content == (folder / f"two{suffix}").read_bytes()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--sigma", 5], "adaptive, sigma 7.071, mean-free"),
        (["--model", "sigma25-fixed-mean"], "sigma25-fixed-mean, sigma 25, fixed-mean"),
        (["--model", "mine.safetensors"], "mine, sigma 5, fixed-mean"),
        (["--picture", "clean.png"], "10 x 10 pixels, by usage"),
        (["--picture", "clean.png", "--sort", "usage"], "mean |code|"),
        (["--picture", "clean.png", "--sort", "frequency"], "10 x 10 pixels, by frequency"),
    ],
)
def test_options_choose_what_is_shown(arguments: list[object], said: str) -> None:
    code, stdout, stderr = _show(*arguments)
    assert (code, stderr) == (0, "")
    assert said in stdout


@pytest.mark.slow
def test_usage_is_measured_on_images_of_every_kind(folder: Path) -> None:
    grey = np.asarray(Image.open(folder / "clean.png"))
    tifffile.imwrite(folder / "colours.tif", np.repeat(grey[..., None], 3, -1), photometric="rgb")
    tifffile.imwrite(folder / "stack.tif", np.stack([grey, grey]), photometric="minisblack")
    said = [_show("--model", "mine.safetensors", "--picture", name) for name in ("clean.png", "colours.tif")]
    assert said[0] == said[1]
    twice = _show("--model", "mine.safetensors", "--picture", "stack.tif")
    assert twice[0] == 0
    assert twice[1].splitlines()[-1] == said[0][1].splitlines()[-1]
    command = [
        sys.executable,
        "-m",
        "recon_cli",
        "show-atoms",
        "--model",
        "mine.safetensors",
        "--picture",
        "-",
    ]
    piped = subprocess.run(
        command, input=(folder / "clean.png").read_bytes(), capture_output=True, check=False
    )
    assert piped.stdout.decode().splitlines()[-1] == said[0][1].splitlines()[-1]


@pytest.mark.slow
def test_json_and_quiet(folder: Path) -> None:
    words = ("--model", "mine.safetensors", "--picture", "clean.png", "--json", "-q")
    code, stdout, stderr = _show(*words, "-o", "atoms.pdf")
    assert (code, stderr) == (0, "")
    line = json.loads(stdout)
    assert (line["model"], line["atoms"], line["output"], line["sort"]) == ("mine", 20, "atoms.pdf", "usage")
    assert sorted(line["order"]) == list(range(1, 21))
    shares = [line["usage"][number - 1] for number in line["order"]]
    assert shares == sorted(shares, reverse=True)
    assert (folder / "atoms.pdf").is_file()
    assert json.loads(_show(*words)[1])["output"] is None


@pytest.mark.slow
def test_a_figure_is_replaced_only_when_asked(folder: Path) -> None:
    (folder / "atoms.svg").write_bytes(b"old")
    code, _, stderr = _show("-o", "atoms.svg")
    assert code == 1
    assert "atoms.svg exists; give --overwrite" in stderr
    assert (folder / "atoms.svg").read_bytes() == b"old"
    assert _show("-o", "atoms.svg", "--overwrite")[0] == 0
    assert (folder / "atoms.svg").read_bytes() != b"old"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--sort", "usage"], 2, "--sort usage needs an image on which usage is measured"),
        (["--sigma", 5, "--model", "sigma5-fixed-mean"], 2, "give it or --model, not both"),
        (["--sigma", 1300], 2, "no bundled dictionary is tuned for sigma 1300"),
        (["--model", "best.safetensors"], 1, "best.safetensors does not exist"),
        (["--model", "broken.safetensors"], 1, "broken.safetensors is not a readable dictionary"),
        (["--picture", "small.png"], 1, "smaller than a patch of 10 x 10"),
        (["--output", "atoms"], 2, "its name has to end in"),
    ],
)
def test_bad_input_is_one_clear_sentence(folder: Path, arguments: list[object], code: int, said: str) -> None:
    (folder / "broken.safetensors").write_bytes((folder / "mine.safetensors").read_bytes()[:300])
    Image.fromarray(np.zeros((5, 40), np.uint8)).save(folder / "small.png")
    before = {path: path.read_bytes() for path in folder.iterdir()}
    output = [] if "--output" in arguments else ["--output", "atoms.png"]
    done, stdout, stderr = _show(*arguments, *output)
    assert (done, stdout) == (code, "")
    assert said in stderr
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
