"""Outputs, of which none may be an input or, unasked, another file, whatever the command."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

import numpy as np
import pytest
from PIL import Image

from recon_cli.cli import benchmark, simulate_camera
from recon_cli.cli.deconvolve import deconvolve
from recon_cli.cli.denoise import denoise
from recon_cli.cli.inpaint import inpaint
from recon_cli.cli.mri import mri
from recon_cli.cli.run import run
from recon_cli.cli.show_atoms import show_atoms
from recon_cli.cli.tomography import tomography
from recon_cli.cli.train import train
from recon_cli.cli.tune import tune
from recon_cli.cli.upscale import upscale
from recon_cli.files.parameters import Parameters, write_parameters
from recon_cli.models.dictionary import save_dictionary

from ..cli.run import recon_here
from .seeds import GREY, TRAINING_CONFIGURATION, small_dictionary


class Command(NamedTuple):
    """A command with every file that it reads and writes.

    Attributes:
        words: of the command, with `{}` for the place of each output.
        inputs: files that it reads.
        outputs: options that take one output each, with its suffix; or with the place where it stands when
            the suffix alone is given.
    """

    words: str
    inputs: str
    outputs: str


COMMANDS = {
    "denoise": Command(
        "denoise a.png --sigma 25 --reference ref.png --mask valid.png --model m.safetensors --config c.toml",
        "a.png ref.png valid.png m.safetensors c.toml",
        "-o:.png --figure:.pdf --report:.html",
    ),
    "denoise params": Command(
        "denoise a.png --params p.toml --sigma auto", "a.png p.toml m.safetensors", "-o:.tif"
    ),
    "denoise maps": Command("denoise a.png --sigma ref.png --hot-pixels b.png", "ref.png b.png", "-o:.png"),
    "inpaint": Command(
        "inpaint a.png --mask valid.png --sigma ref.png --reference b.png --model m.safetensors "
        "--config c.toml",
        "a.png valid.png ref.png b.png m.safetensors c.toml",
        "-o:.png --figure:.pdf --report:.html",
    ),
    "deconvolve": Command(
        "deconvolve a.png --psf valid.png --reference ref.png --model m.safetensors --config c.toml",
        "a.png valid.png ref.png m.safetensors c.toml",
        "-o:.png --figure:.pdf --report:.html",
    ),
    "upscale": Command(
        "upscale a.png --factor 2 --kernel valid.png --reference ref.png --model m.safetensors "
        "--config c.toml",
        "a.png valid.png ref.png m.safetensors c.toml",
        "-o:.png --figure:.pdf --report:.html",
    ),
    "inpaint params": Command(
        "inpaint a.png --mask valid.png --sigma auto --params p.toml", "p.toml m.safetensors", "-o:.png"
    ),
    "deconvolve params": Command(
        "deconvolve a.png --psf valid.png --params p.toml", "p.toml m.safetensors", "-o:.png"
    ),
    "upscale params": Command("upscale a.png --factor 2 --params p.toml", "p.toml m.safetensors", "-o:.png"),
    "tomography params": Command(
        "tomography a.png --angles angles.txt --params p.toml", "p.toml m.safetensors", "-o:.tif"
    ),
    "simulate mri": Command("simulate mri a.png --mask mask.npy", "a.png mask.npy", "-o:.npy"),
    "simulate inpaint": Command("simulate inpaint a.png", "a.png", "-o:.png"),
    "simulate deconvolve": Command("simulate deconvolve a.png --psf valid.png", "a.png valid.png", "-o:.png"),
    "simulate upscale": Command(
        "simulate upscale a.png --factor 2 --kernel valid.png", "a.png valid.png", "-o:.png"
    ),
    "tomography": Command(
        "tomography a.png --angles angles.txt --flat b.png --dark valid.png --reference ref.png "
        "--model m.safetensors --config c.toml",
        "a.png angles.txt b.png valid.png ref.png m.safetensors c.toml",
        "-o:.tif --figure:.pdf --report:.html",
    ),
    "simulate tomography": Command(
        "simulate tomography a.png --angles angles.txt", "a.png angles.txt", "-o:.tif"
    ),
    "run": Command(
        "run k.npy --operator own.py:own --sigma 1 --reference ref.png --model m.safetensors --config c.toml",
        "k.npy own.py ref.png m.safetensors c.toml",
        "-o:.npy --figure:.pdf --report:.html",
    ),
    "denoise many": Command("denoise a.png b.png --sigma 5 --reference refs", "b.png refs/b.png", "-o:/"),
    "mri": Command(
        "mri k.npy --mask mask.npy --maps maps.npy --reference ref.png --params p.toml --config c.toml",
        "k.npy mask.npy maps.npy ref.png p.toml c.toml m.safetensors",
        "-o:.npy --zero-filled:.h5 --figure:.svg --report:.html",
    ),
    "mri many": Command("mri k.npy k2.npy --reference refs", "k2.npy refs/k2.npy", "-o:/ --report:.html"),
    "mri many beside": Command(
        "mri k.npy k2.npy --mask mask.npy",
        "k2.npy mask.npy",
        "--zero-filled:k_recon_zero_filled.npy --figure:k_recon_figure.pdf --report:k_recon_report.html",
    ),
    "mri cfl": Command("mri k --model m.safetensors", "k.cfl k.hdr m.safetensors", "-o:.npy"),
    "mri trajectory": Command("mri k.npy --trajectory maps.npy", "k.npy maps.npy", "-o:.npy"),
    "mri simulate": Command(
        "mri --simulate a.png --mask mask.npy --config c.toml", "a.png mask.npy c.toml", "-o:.npy"
    ),
    "train": Command(
        "train --config t.toml --data data --validation data2 --initial m.safetensors",
        "data/a.png data2/a.png t.toml m.safetensors",
        "-o:.safetensors",
    ),
    "tune": Command(
        "tune a.png --sigma 25 --reference ref.png --model m.safetensors --config c.toml",
        "a.png ref.png m.safetensors c.toml",
        "-o:.toml --figure:.png --log:.jsonl",
    ),
    "tune mri": Command(
        "tune k.npy --task mri --mask mask.npy --maps maps.npy", "k.npy mask.npy maps.npy", "-o:.toml"
    ),
    "tune mri trajectory": Command(
        "tune k.npy --task mri --trajectory maps.npy", "k.npy maps.npy", "-o:.toml"
    ),
    "tune deconvolve": Command(
        "tune a.png --task deconvolve --sigma 2 --psf valid.png", "a.png valid.png", "-o:.toml"
    ),
    "tune inpaint": Command("tune a.png --task inpaint --sigma 2 --mask valid.png", "valid.png", "-o:.toml"),
    "tune upscale": Command(
        "tune a.png --task upscale --sigma 2 --factor 2 --kernel valid.png", "a.png valid.png", "-o:.toml"
    ),
    "tune tomography": Command(
        "tune a.png --task tomography --angles angles.txt --flat b.png --dark valid.png",
        "a.png angles.txt b.png valid.png",
        "-o:.toml",
    ),
    "show-atoms": Command(
        "show-atoms --model m.safetensors --picture a.png --config c.toml",
        "m.safetensors a.png c.toml",
        "-o:.pdf",
    ),
    "benchmark denoise": Command(
        "benchmark denoise --data data --model m.safetensors --config c.toml",
        "data/a.png m.safetensors c.toml",
        "-o:.md --log:.jsonl",
    ),
    "benchmark mri": Command(
        "benchmark mri --data a.png --mask mask.npy --model m.safetensors --config c.toml",
        "a.png mask.npy m.safetensors c.toml",
        "-o:.tex --log:.jsonl",
    ),
    "benchmark deconvolve": Command(
        "benchmark deconvolve --data data --psf valid.png --model m.safetensors --config c.toml",
        "data/a.png valid.png m.safetensors c.toml",
        "-o:.md --log:.jsonl",
    ),
    "benchmark tomography": Command(
        "benchmark tomography --data data --angles angles.txt --model m.safetensors --config c.toml",
        "data/a.png angles.txt m.safetensors c.toml",
        "-o:.md --log:.jsonl",
    ),
    "benchmark curves": Command(
        "benchmark curves a.png --model m.safetensors --config c.toml",
        "a.png m.safetensors c.toml",
        "-o:.pdf",
    ),
    "benchmark figure": Command(
        "benchmark figure a.png --mask mask.npy --model m.safetensors --config c.toml",
        "a.png mask.npy m.safetensors c.toml",
        "-o:.pdf",
    ),
}
TASKS = ("denoise", "mri", "inpaint", "deconvolve", "upscale", "tomography")
_HARMLESS = {"tensorboard"}
"""Folders in which files are made that have names of their own."""


def _cases() -> Iterator[tuple[str, str, str, str]]:
    for name, command in COMMANDS.items():
        for output in command.outputs.split():
            option, suffix = output.split(":")
            for read in command.inputs.split():
                yield name, option, suffix, read


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    for name in ("a.png", "b.png", "ref.png", "data/a.png", "data2/a.png", "refs/a.png", "refs/b.png"):
        (folder / name).parent.mkdir(exist_ok=True)
        Image.fromarray(GREY).save(folder / name)
    Image.fromarray(np.full(GREY.shape, 255, np.uint8)).save(folder / "valid.png")
    kspace = np.fft.fftshift(np.fft.fft2(GREY / 255, norm="ortho")).astype(np.complex64)
    for name in ("k.npy", "k2.npy"):
        np.save(folder / name, kspace)
        np.save(folder / "refs" / name, GREY / 255)
    kspace.T.tofile(folder / "k.cfl")
    (folder / "k.hdr").write_text("# Dimensions\n14 12\n")
    np.save(folder / "mask.npy", np.ones(GREY.shape, bool))
    np.save(folder / "maps.npy", np.ones((1, *GREY.shape), np.complex64))
    save_dictionary(folder / "m.safetensors", small_dictionary())
    (folder / "c.toml").write_text("quiet = true\n")
    (folder / "t.toml").write_bytes(TRAINING_CONFIGURATION.replace(b"atoms = 6\npatch_size = 4\n", b""))
    (folder / "angles.txt").write_text("0 90\n")
    (folder / "own.py").write_text("from recon_cli.operators import Identity as own\n")
    for task in TASKS:
        strengths = {"beta": 0.4, "lam": 3e-4}
        found = (strengths, None, None, "psnr", 28.5, ("a.png",))
        tuned = Parameters(task, "model", "full", "m.safetensors", *found)
        write_parameters(folder / f"{task}.toml", tuned)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _content(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("name", "option", "suffix", "read"), [*_cases()])
@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_no_output_is_an_input(
    folder: Path, name: str, option: str, suffix: str, read: str, link: Any
) -> None:
    """Not by a link, either, which is how a name of any suffix may be an input."""
    task = name.split()[0]
    Path("p.toml").write_bytes(Path(f"{task if task in TASKS else 'denoise'}.toml").read_bytes())
    if suffix == "/":
        Path("out").mkdir()
        output, place = "out", Path("out/k_recon.npy" if "mri" in name else "out/a_denoised.png")
    elif "_" in suffix:
        output, place = Path(suffix).suffix, Path(suffix)
    else:
        output, place = f"out{suffix}", Path(f"out{suffix}")
    link(Path(read).absolute(), place)
    before = _content(folder)
    words = [*COMMANDS[name].words.split(), option, output, "--overwrite"]
    done = recon_here(*words, *(() if option == "-o" or "_" in suffix else ("-o", _main_output(name))))
    assert done.exit_code == 2, done.stderr
    assert f"recon: {place} is the input " in done.stderr
    assert _content(folder) == before
    assert place.samefile(read)


def _main_output(name: str) -> str:
    return "result" + COMMANDS[name].outputs.split()[0].split(":")[1]


_SIDES = {
    "mri k.npy -o o.cfl": "o.hdr",
    "mri k.npy --zero-filled o.cfl": "o.hdr",
    "mri --simulate a.png -o o.cfl": "o.hdr",
    "train --config t.toml --data data -o m2.safetensors": "m2.safetensors.jsonl",
    "train --config t.toml --data data -o m3.safetensors": "m3.best.safetensors",
    "train --config t.toml --data data -o m4.safetensors": "m4.safetensors.checkpoint",
    "train --config t.toml --data data -o m5.safetensors": "m5.safetensors.checkpoint.previous",
    "train --config t.toml --data data --resume -o m6.safetensors": "m6.safetensors",
    "tune a.png --sigma 25 -o o.toml": "o.png",
    "tune a.png --sigma 25 -o p2.toml": "p2.jsonl",
    "tune a.png --sigma 25 --resume -o p3.toml": "p3.toml",
    "benchmark denoise --data data -o o.md": "o.jsonl",
    "benchmark denoise --data data -o o2.md --resume": "o2.md",
    "denoise a.png --sigma 25 --figure .pdf": "a_denoised_figure.pdf",
    "mri k.npy --figure .pdf": "k_recon_figure.pdf",
    "mri k.npy --report .html": "k_recon_report.html",
    "denoise a.png b.png --sigma 25 --report t.html": "t.html",
    "mri k.npy --zero-filled .cfl": "k_recon_zero_filled.hdr",
}


@pytest.mark.parametrize("words", _SIDES)
@pytest.mark.parametrize("kind", ["file", "pipe", "link to a pipe"])
def test_what_stands_where_a_file_would_be_written(folder: Path, words: str, kind: str) -> None:
    """Results themselves and all that is written beside them."""
    place = Path(_SIDES[words])
    if kind == "file":
        place.write_text("mine")
    else:
        os.mkfifo("pipe" if "link" in kind else place)
    if "link" in kind:
        place.symlink_to("pipe")
    before = _content(folder)
    replacing = kind != "file" and "--resume" not in words
    done = recon_here(*words.split(), *(("--overwrite",) if replacing else ()))
    assert done.exit_code == 1, done.stderr
    said = "exists; give --" if kind == "file" else "is a device, a pipe or a socket; give the name of a file"
    assert f"recon: {place} {said}" in done.stderr
    assert _content(folder) == before
    assert place.is_fifo() == (kind != "file")


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_every_file_of_a_training_has_the_mode_of_any_file(folder: Path, umask: int) -> None:
    words = ("train", "--config", "t.toml", "--data", "data", "-o", "new.safetensors")
    before, old = os.umask(umask), set(folder.rglob("*"))
    try:
        done = recon_here(*words)
        Path("new.safetensors.checkpoint").chmod(0o640)
        Path("new.safetensors").chmod(0o606)
        again = recon_here(*words, "--overwrite")
    finally:
        os.umask(before)
    assert (done.exit_code, again.exit_code) == (0, 0), done.stderr + again.stderr
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in set(folder.rglob("*")) - old}
    assert modes == {
        "new.safetensors": 0o606,
        "new.safetensors.checkpoint": 0o640,
        "new.safetensors.checkpoint.previous": 0o640,
        "new.safetensors.jsonl": 0o666 & ~umask,
    }


_FUNCTIONS = {
    "denoise": denoise, "mri": mri, "train": train, "tune": tune, "show-atoms": show_atoms,
    "benchmark denoise": benchmark.denoise, "benchmark mri": benchmark.mri,
    "benchmark curves": benchmark.curves, "benchmark figure": benchmark.figure,
    "inpaint": inpaint, "deconvolve": deconvolve, "upscale": upscale,
    "simulate inpaint": simulate_camera.inpaint, "simulate deconvolve": simulate_camera.deconvolve,
    "simulate upscale": simulate_camera.upscale, "simulate tomography": simulate_camera.tomography,
    "simulate mri": simulate_camera.mri, "benchmark deconvolve": benchmark.deconvolve,
    "benchmark tomography": benchmark.tomography,
    "tomography": tomography, "run": run,
}  # fmt: skip


@pytest.mark.parametrize("name", _FUNCTIONS)
def test_every_option_that_takes_a_file_is_tried(name: str) -> None:
    """An option that is new has to be an input or an output above."""
    words = [
        f"{c.words} {c.outputs} ".replace(":", " ") for c in COMMANDS.values() if c.words.startswith(name)
    ]
    for parameter, hint in get_type_hints(_FUNCTIONS[name], include_extras=True).items():
        takes_a_file = "Path" in str(hint) or parameter in (
            "model",
            "maps",
            "mask",
            "hot_pixels",
            "psf",
            "kernel",
            "angles",
            "operator",
            "initial",
            "figure",
            "report",
            "zero_filled",
        )
        is_option = "OptionInfo" in str(hint) and parameter not in _HARMLESS
        if takes_a_file and is_option:
            option = "-o" if parameter == "output" else "--" + parameter.replace("_", "-")
            assert any(f" {option} " in text for text in words), option
