"""What stands on the terminal in the end, and what in a log file, by the real commands."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from ..terminal import recon_on_terminal
from .run import recon_here

FAST = ("--sigma", 25, "--mode", "unrolled")
BAR = re.compile(r"\d:\d\d:\d\d")  # each has the time
LONG = "a-name-of-a-folder-that-is-longer-than-what-is-left-of-a-line-of-eighty-columns"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, entered, with images in `in/` and in one of a long name, and k-space."""
    random = np.random.default_rng(0)
    for place in (tmp_path / "in", tmp_path / LONG):
        place.mkdir()
        for name in "abc":
            np.save(place / f"{name}.npy", random.random((24, 23), np.float32))
    np.save(tmp_path / LONG / "kspace.npy", np.fft.fftshift(np.fft.fft2(random.random((24, 24)))))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_report_and_a_line_of_json_for_each_of_several_files_stay(folder: Path) -> None:
    (folder / "in" / "b.npy").write_bytes(b"no array")
    code, lines = recon_on_terminal("denoise", "in", "-o", "out/", *FAST, "--json")
    assert code == 3
    assert not [line for line in lines if BAR.search(line)]
    fields = [json.loads(line) for line in lines if line.startswith("{")]
    assert [Path(entry["input"]).name for entry in fields] == ["a.npy", "b.npy", "c.npy"]
    said = [line for line in lines if not line.startswith("{")]
    starts = ("in/a.npy (24 x 23", "recon: in/b.npy", "in/c.npy (24 x 23", "1 of 3 images failed")
    found = [line for line in said if line.startswith(starts)]
    assert all(line.startswith(start) for line, start in zip(found, starts, strict=True))
    assert len(said) == len(found) + 1  # the complaint takes two lines of the terminal


def test_the_bar_of_a_single_file_goes(folder: Path) -> None:
    code, lines = recon_on_terminal("denoise", "in/a.npy", *FAST)
    assert code == 0
    assert lines[0].startswith("input           in/a.npy (24 x 23")
    assert lines[-1].startswith("compiled loops ")
    assert not [line for line in lines if BAR.search(line)]


def test_names_of_files_are_printed_as_they_are(folder: Path) -> None:
    """Neither `[bold]` nor `:cat:` means anything in them."""
    (folder / "in" / "a.npy").rename("[bold]:cat:.npy")
    code, lines = recon_on_terminal("denoise", "[bold]:cat:.npy", *FAST)
    assert code == 0
    assert "[bold]:cat:.npy (24 x 23" in lines[0]


@pytest.mark.parametrize(
    "command",
    [
        ("mri", f"{LONG}/kspace.npy", "--mode", "unrolled", "--beta", 1, "--lam", 0.01),
        ("tune", "in/a.npy", "--sigma", 25, "--betas", 0.5, "--lams", 0.01, "--criterion", "sure"),
        ("benchmark", "denoise", "--data", "in/a.npy", "--methods", "wavelet", "-o", "t.md"),
        ("benchmark", "curves", "in/a.npy", "--max-iter", 2),
        ("show-atoms", "--picture", "in/a.npy", "-o", "atoms.png"),
        ("train", "--data", "in", "--sigma", 25, "--crop-size", 20, "--margin", 2, "--atoms", 4,
         "--patch-size", 3, "--train-steps", 2, "--no-tune", "-o", "m.safetensors"),
    ],
)  # fmt: skip
def test_no_command_leaves_its_bar(folder: Path, command: Sequence[object]) -> None:
    code, lines = recon_on_terminal(*command)
    assert code == 0, lines
    assert lines
    assert not [line for line in lines if BAR.search(line)]


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        (("denoise", f"{LONG}/a.npy", *FAST, "-o", f"{LONG}/out.npy"), 9),
        (("mri", f"{LONG}/kspace.npy", "--method", "zero-filling", "-o", f"{LONG}/out.npy"), 7),
    ],
)
@pytest.mark.usefixtures("folder")
def test_nothing_is_wrapped_without_a_terminal(
    monkeypatch: pytest.MonkeyPatch, command: Sequence[object], lines: int
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    done = recon_here(*command)
    assert done.exit_code == 0, done.stderr
    said = done.stderr.splitlines()
    assert len(said) == lines
    assert [line for line in said if re.match(rf"output +{LONG}/out.npy \(", line)]
    assert said == [line.rstrip() for line in said]
