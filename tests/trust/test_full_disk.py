"""A disk that is full: one sentence, and nothing is left behind or lost, whatever is written."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from recon_cli.cli.main import app
from recon_cli.models.dictionary import save_dictionary

from ..cli.run import recon, recon_here
from .seeds import GREY, TRAINING_CONFIGURATION, small_dictionary

_PAGE = 4096
_GREY = np.random.default_rng(3).integers(0, 256, (48, 64), dtype=np.uint8)
_MRI = "mri k.npy --method zero-filling"
_TUNE = "tune small.png --sigma 25 --mode unrolled --betas 0.4 --lams 3e-4"
COMMANDS = {
    "out.png": "denoise a.png --sigma 25 --method nlm -o full/out.png",
    "out.tif": "denoise a.png --sigma 25 --method nlm -o full/out.tif",
    "out.jpg": "denoise a.png --sigma 25 --method nlm -o full/out.jpg",
    "out.npy": "denoise a.png --sigma 25 --method nlm -o full/out.npy",
    "out.npz": "denoise a.png --sigma 25 --method nlm -o full/out.npz",
    "out.pdf": "denoise a.png --sigma 25 --method nlm -o well.png --figure full/out.pdf",
    "out.html": "denoise a.png --sigma 25 --method nlm -o well.png --report full/out.html",
    "out.svg": "show-atoms --model m.safetensors -o full/out.svg",
    "atoms.png": "show-atoms --model m.safetensors -o full/atoms.png",
    **{
        f"recon{suffix}": f"{_MRI} -o full/recon{suffix}"
        for suffix in (".npy", ".h5", ".png", ".tif", ".nii")
    },
    "recon.cfl": f"{_MRI} -o full/recon.cfl",
    "zero.h5": f"{_MRI} -o well.npy --zero-filled full/zero.h5",
    "kspace.h5": "mri --simulate a.png -o full/kspace.h5",
    "kspace.npz": "mri --simulate a.png -o full/kspace.npz",
    "m.safetensors.checkpoint": "train --config t.toml --data data -o full/m.safetensors",
    "tuned.jsonl": f"{_TUNE} -o full/tuned.toml",
    "tuned.png": f"{_TUNE} -o well.toml --figure full/tuned.png",
    "tuned.toml": f"{_TUNE} -o full/tuned.toml --figure well.png --log well.jsonl",
    "table.jsonl": "benchmark denoise --data data --methods nlm -o full/table.md",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a folder with a small disk in it, which only root may mount."""
    folder = tmp_path_factory.mktemp("disk")
    for name in ("a.png", "data/a.png"):
        (folder / name).parent.mkdir(exist_ok=True)
        Image.fromarray(_GREY).save(folder / name)
    Image.fromarray(GREY).save(folder / "small.png")
    np.save(folder / "k.npy", np.fft.fftshift(np.fft.fft2(_GREY / 255, norm="ortho")))
    save_dictionary(folder / "m.safetensors", small_dictionary())
    (folder / "t.toml").write_bytes(TRAINING_CONFIGURATION)
    disk = folder / "full"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={8 * _PAGE}", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
def disk(made: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(made)
    yield made / "full"
    for path in [*(made / "full").iterdir(), *made.glob("well*")]:
        path.unlink()


def _fill(disk: Path, pages: int) -> dict[str, bytes]:
    """Leave no more than some pages; return what is there."""
    with (disk / "filling").open("wb", buffering=0) as file:
        file.write(bytes((8 - pages) * _PAGE))
    return {path.name: path.read_bytes() for path in disk.iterdir()}


_LARGE = ("out.pdf", "recon.npy", "recon.h5", "recon.cfl", "zero.h5", "kspace.npz", "kspace.h5")
"""Of these a part is written before the disk is full."""


@pytest.mark.parametrize(
    ("name", "pages"), [*((name, 0) for name in COMMANDS), *((name, 1) for name in _LARGE)]
)
def test_a_full_disk_is_one_sentence_and_leaves_nothing(disk: Path, name: str, pages: int) -> None:
    before = _fill(disk, pages)
    done = recon_here(*COMMANDS[name].split())
    assert done.exit_code == 1, done.stderr
    last = done.stderr.splitlines()[-1]
    assert last == f"recon: cannot write full/{name}: No space left on device", done.stderr
    assert {path.name: path.read_bytes() for path in disk.iterdir()} == before


def test_a_file_that_could_not_be_replaced_is_whole(disk: Path) -> None:
    (disk / "recon.h5").write_bytes(b"old")
    before = _fill(disk, 7)
    (disk / "filling").write_bytes(bytes(7 * _PAGE))
    before["filling"] = bytes(7 * _PAGE)
    done = recon_here(*COMMANDS["recon.h5"].split(), "--overwrite")
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (
        1, "recon: cannot write full/recon.h5: No space left on device",
    )  # fmt: skip
    assert {path.name: path.read_bytes() for path in disk.iterdir()} == before


def test_the_process_ends_in_order(disk: Path) -> None:
    """Not with what a library says or does when it closes its files."""
    before = _fill(disk, 1)
    done = recon(*COMMANDS["recon.h5"].split(), "-q")
    assert (done.returncode, done.stderr) == (
        1, "recon: cannot write full/recon.h5: No space left on device\n",
    )  # fmt: skip
    assert {path.name: path.read_bytes() for path in disk.iterdir()} == before


def test_where_temporary_files_find_no_place(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what comes through pipes."""
    _fill(disk, 0)
    monkeypatch.setattr("tempfile.tempdir", "full")
    words = ["mri", "-", "--method", "zero-filling", "-o", "well.npy"]
    done = CliRunner().invoke(app, words, input=Path("k.npy").read_bytes())
    assert done.exit_code == 1
    assert done.stderr.startswith("recon: cannot write full/recon-"), done.stderr
    assert done.stderr.endswith(": No space left on device\n")
    assert [path.name for path in disk.iterdir()] == ["filling"]
