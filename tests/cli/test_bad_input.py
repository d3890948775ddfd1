"""Every command refuses what it cannot use with one sentence, before it writes anything.

What is tried is the same for all commands: their options are listed by the program itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_origin

import numpy as np
import pytest
import typer
from PIL import Image
from skimage import data

from recon_cli.cli.main import app

from .run import recon_here


class Command(NamedTuple):
    """A command that would do its work.

    Attributes:
        words: of the command, with `{}` in place of its input.
        source: the input.
        suffix: of its result.
    """

    words: str
    source: str
    suffix: str


COMMANDS = {
    "denoise": Command("denoise {} --sigma 25", "noisy.png", ".png"),
    "inpaint": Command("inpaint {} --nodata 0", "holes.png", ".png"),
    "deconvolve": Command("deconvolve {} --psf gaussian:1 --sigma 5", "noisy.png", ".png"),
    "upscale": Command("upscale {} --factor 2 --sigma 5", "noisy.png", ".png"),
    "simulate inpaint": Command("simulate inpaint {}", "noisy.png", ".png"),
    "simulate deconvolve": Command("simulate deconvolve {} --psf gaussian:1", "noisy.png", ".png"),
    "simulate upscale": Command("simulate upscale {} --factor 2", "noisy.png", ".png"),
    "simulate tomography": Command("simulate tomography {} --angles 0:180:10", "noisy.png", ".tif"),
    "tomography": Command("tomography {} --angles 0:180:7.5", "noisy.png", ".tif"),
    "run": Command("run {} --operator own.py:own --sigma 5", "noisy.png", ".tif"),
    "mri": Command("mri {}", "kspace.npy", ".npy"),
    "mri --simulate": Command("mri --simulate {}", "noisy.png", ".npy"),
    "train": Command("train --data {} --sigma 25 --crop-size 20 --margin 2", "images", ".safetensors"),
    "tune": Command("tune {} --sigma 25", "noisy.png", ".toml"),
    "tune --task mri": Command("tune {} --task mri --mask radial", "kspace.npy", ".toml"),
    "show-atoms": Command("show-atoms --picture {}", "noisy.png", ".png"),
    "benchmark denoise": Command("benchmark denoise --data {}", "noisy.png", ".md"),
    "benchmark mri": Command("benchmark mri --data {}", "noisy.png", ".md"),
    "benchmark curves": Command("benchmark curves {}", "noisy.png", ".pdf"),
    "benchmark figure": Command("benchmark figure {}", "noisy.png", ".pdf"),
}
_BESIDE = {
    ("denoise", "--gain"): "denoise {} --noise poisson",
    ("denoise", "--read-noise"): "denoise {} --noise poisson --gain 1",
    ("denoise", "--offset"): "denoise {} --noise poisson --gain 1",
    ("denoise", "--weight"): "denoise {} --sigma 25 --method tv",
    ("denoise", "--inner"): "denoise {} --sigma 25 --mode unrolled",
    ("denoise", "--steps"): "denoise {} --sigma 25 --mode unrolled",
    ("denoise", "--format"): "denoise {} --sigma 25 -o -",
    ("denoise", "--beta"): "denoise {} --sigma 25 --lam 0.001",
    ("denoise", "--lam"): "denoise {} --sigma 25 --beta 0.5",
    ("inpaint", "--weight"): "inpaint {} --nodata 0 --method tv",
    ("inpaint", "--format"): "inpaint {} --nodata 0 -o -",
    ("inpaint", "--beta"): "inpaint {} --nodata 0 --lam 0.001",
    ("inpaint", "--lam"): "inpaint {} --nodata 0 --beta 0.5",
    ("deconvolve", "--weight"): "deconvolve {} --psf gaussian:1 --sigma 5 --method tv",
    ("deconvolve", "--format"): "deconvolve {} --psf gaussian:1 --sigma 5 -o -",
    ("deconvolve", "--beta"): "deconvolve {} --psf gaussian:1 --sigma 5 --lam 0.001",
    ("deconvolve", "--lam"): "deconvolve {} --psf gaussian:1 --sigma 5 --beta 0.5",
    ("upscale", "--weight"): "upscale {} --factor 2 --sigma 5 --method tv",
    ("upscale", "--format"): "upscale {} --factor 2 --sigma 5 -o -",
    ("upscale", "--beta"): "upscale {} --factor 2 --sigma 5 --lam 0.001",
    ("upscale", "--lam"): "upscale {} --factor 2 --sigma 5 --beta 0.5",
    ("tomography", "--weight"): "tomography {} --angles 0:180:7.5 --method tv",
    ("tomography", "--format"): "tomography {} --angles 0:180:7.5 -o -",
    ("tomography", "--beta"): "tomography {} --angles 0:180:7.5 --lam 0.001",
    ("tomography", "--lam"): "tomography {} --angles 0:180:7.5 --beta 0.5",
    ("tomography", "--dark"): "tomography {} --angles 0:180:7.5 --flat noisy.png",
    ("run", "--weight"): "run {} --operator own.py:own --sigma 5 --method tv",
    ("run", "--format"): "run {} --operator own.py:own --sigma 5 -o -",
    ("run", "--beta"): "run {} --operator own.py:own --sigma 5 --lam 0.001",
    ("run", "--lam"): "run {} --operator own.py:own --sigma 5 --beta 0.5",
    ("mri", "--weight"): "mri {} --method tv",
    ("mri", "--steps"): "mri {} --mode unrolled --beta 0.1 --lam 0.001",
    ("mri", "--ratio"): "mri {} --mask radial",
    ("mri", "--seed"): "mri {} --mask random",
    ("mri", "--format"): "mri {} -o -",
    ("mri", "--sigma"): "mri --simulate noisy.png",
    ("mri", "--beta"): "mri {} --lam 0.001",
    ("mri", "--lam"): "mri {} --beta 0.1",
    ("tune", "--mask"): "tune kspace.npy --task mri",
    ("tune", "--ratio"): "tune kspace.npy --task mri --mask radial",
    ("tune", "--fft"): "tune kspace.npy --task mri --mask radial",
    ("tune", "--axes"): "tune kspace.npy --task mri --mask radial",
    ("tune", "--scale"): "tune kspace.npy --task mri --mask radial",
    ("tune", "--maps"): "tune kspace.npy --task mri --mask radial",
    ("tune", "--image"): "tune kspace.npy --task mri --mask radial",
    ("tune", "--trajectory"): "tune kspace.npy --task mri",
    ("tune", "--variable"): "tune kspace.npy --task mri --mask radial",
    ("benchmark figure", "--ratio"): "benchmark figure {} --mask radial",
    ("benchmark figure", "--seed"): "benchmark figure {} --mask random",
    ("benchmark figure", "--fft"): "benchmark figure {} --mask radial",
}
"""What an option means something beside, where that is not the usual command."""
_OUTPUTS = {"-o", "--output"}
_PLACES = {"--log", "--tensorboard"}
"""Options that take any name of a file or folder, which is made."""
_FILES = {
    "--model",
    "--maps",
    "--mask",
    "--hot-pixels",
    "--noise-spectrum",
    "--initial",
    "--data",
    "--reference",
    "--psf",
    "--kernel",
}
"""Options that take a file or a word."""
_ANY_SIGN = {"--offset", "--nodata"}
"""Numbers that may be negative."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    pixels = data.camera()[60:84, 200:224]
    (folder / "images").mkdir()
    (folder / "own.py").write_text("from recon_cli.operators import Identity as own\n")
    (folder / "empty").mkdir()
    Image.fromarray(pixels).save(folder / "noisy.png")
    Image.fromarray(pixels).save(folder / "images" / "a.png")
    Image.fromarray(pixels * np.uint8(np.eye(24) == 0)).save(folder / "holes.png")
    np.save(folder / "kspace.npy", np.fft.fftshift(np.fft.fft2(pixels / 255, norm="ortho")))
    for suffix in {Path(command.source).suffix for command in COMMANDS.values()} - {""}:
        whole = next(c.source for c in COMMANDS.values() if c.source.endswith(suffix))
        (folder / f"damaged{suffix}").write_bytes((folder / whole).read_bytes()[:100])
        (folder / f"nothing{suffix}").touch()
        (folder / f"words{suffix}").write_text("no image at all\n")
    for suffix in {command.suffix for command in COMMANDS.values()}:
        (folder / f"taken{suffix}").write_text("mine")
    (folder / "garbage").write_bytes(np.random.default_rng(0).bytes(300))
    return folder


@pytest.fixture
def folder(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(made)
    return made


def _content(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _wrong(folder: Path, words: list[str], code: int | None, *about: str) -> str:
    """Run a command; return what is wrong with how it refuses, or nothing."""
    before = _content(folder)
    done = recon_here(*words, "-q")  # which leaves errors
    said, after = done.stderr, _content(folder)
    for place in after.keys() - before:  # so that other cases are not disturbed
        place.unlink()
    faults = {
        f"exit code {done.exit_code}": done.exit_code not in ((1, 2) if code is None else (code,)),
        "several lines": said.count("\n") != 1 or not said.startswith("recon: "),
        "an error of the program": "Traceback" in said or "unexpected" in said,
        "standard output": done.stdout != "",
        "files were written": after != before,
        "something else is complained of": not any(word in said for word in about),
    }
    found = ", ".join(fault for fault, holds in faults.items() if holds)
    return f"{' '.join(words)}: {found}: {said}" if found else ""


def _refused(folder: Path, *cases: tuple[list[str], int | None, tuple[str, ...]]) -> None:
    wrong = [_wrong(folder, words, code, *about) for words, code, about in cases]
    assert not any(wrong), "\n".join(filter(None, wrong))


def _words(command: Command, source: str = "", words: str = "") -> list[str]:
    return [part.replace("{}", source or command.source) for part in (words or command.words).split()]


@pytest.mark.parametrize("name", COMMANDS)
def test_inputs_that_are_none(folder: Path, name: str) -> None:
    command, output = COMMANDS[name], ["-o", f"new{COMMANDS[name].suffix}"]
    suffix = Path(command.source).suffix
    bad = [f"missing{suffix}", "empty", f"nothing{suffix}", f"damaged{suffix}", f"words{suffix}", "garbage"]
    if not suffix:  # a folder
        bad = ["missing", "empty", "garbage"]
    cases = [([*_words(command, source), *output], 1, (source,)) for source in bad]
    blank = [part.replace("{}", "") if part == "{}" else part for part in command.words.split()]
    _refused(folder, *cases, ([*blank, *output], 2, ("it is empty",)))


@pytest.mark.parametrize("name", COMMANDS)
def test_outputs_that_cannot_be(folder: Path, name: str) -> None:
    command, usual = COMMANDS[name], _words(COMMANDS[name])
    suffix = command.suffix
    source = command.source if Path(command.source).suffix else "images/a.png"
    cases = [
        ([*usual, "-o", f"no/new{suffix}"], 1, ("the folder no does not exist",)),
        ([*usual, "-o", f"taken{suffix}"], 1, (f"taken{suffix} exists",)),
        ([*usual, "-o", source, "--overwrite"], 2, (f"{source} is the input", "has to end in")),
        ([*usual, "-o", "new.xyz"], 2, ("has to end in", "new.xyz")),
        ([*usual, "-o", ""], 2, ("it is empty",)),
    ]
    if name.startswith("tune"):  # which writes TOML, whatever the name
        cases = [case for case in cases if "new.xyz" not in case[0]]
    if name not in (
        "denoise",
        "inpaint",
        "deconvolve",
        "upscale",
        "tomography",
        "run",
        "mri",
    ):  # whose results may go into a folder
        cases.append(([*usual, "-o", "empty"], None, ("empty", "has to end in")))
    _refused(folder, *cases)


@pytest.mark.parametrize("name", COMMANDS)
def test_words_that_mean_nothing(folder: Path, name: str) -> None:
    usual = [*_words(COMMANDS[name]), "-o", f"new{COMMANDS[name].suffix}"]
    _refused(
        folder,
        ([*usual, "--no-such-option"], 2, ("--no-such-option",)),
        ([*usual, "new.words"], 2, ("new.words", "not both")),
        ([*usual, "--quiet=maybe"], 2, ("--quiet",)),
    )


def _options() -> Iterator[tuple[str, str, Any]]:
    """Yield the options of all commands that take a value, with its type."""
    commands = {"": typer.main.get_command(app)}
    while commands:
        name, command = commands.popitem()
        for member, below in getattr(command, "commands", {}).items():
            commands[f"{name} {member}".strip()] = below
        for parameter in command.params if name in COMMANDS else ():
            option = max(parameter.opts, key=len)
            if option.startswith("-") and not parameter.is_flag and option not in _OUTPUTS:
                yield name, option, parameter.type_descriptor.annotation


def _bad_values(option: str, kind: Any) -> list[str]:
    values = [""] if option in _PLACES else ["", "?!"]
    if kind in (int, float):
        values += (
            ["1e"] + ([] if option in _ANY_SIGN else ["-1"]) + (["nan", "inf"] if kind is float else ["1.5"])
        )
    elif option in _FILES or (kind is Path and option not in _PLACES):
        values += ["empty", "garbage"]
    elif get_origin(kind) is Literal:
        values += ["None"]
    return values


@pytest.mark.parametrize(("name", "option", "kind"), sorted(_options(), key=lambda each: each[:2]))
def test_values_that_an_option_cannot_have(folder: Path, name: str, option: str, kind: Any) -> None:
    command = COMMANDS[name]
    usual = _words(command, words=_BESIDE.get((name, option), ""))
    output = [] if "-o" in usual else ["-o", f"new{command.suffix}"]
    bare = option.lstrip("-")
    file = kind is Path or option in _FILES
    _refused(
        folder,
        *(
            (
                [*usual, *output, option, value],
                None if file and value else 2,
                (option, bare, bare.replace("-", "_"), value or "it is empty"),
            )
            for value in _bad_values(option, kind)
        ),
    )
