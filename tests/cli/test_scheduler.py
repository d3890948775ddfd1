"""`--scheduler`: the same files, lines, codes and bytes as without it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
import zarr
from PIL import Image

from recon_cli.workflows.volumes import parts, run

from ..volumes import NOISE, noisy_planes, write_ngff
from .run import recon_here

resource = pytest.importorskip("resource")
FILES = ("a.png", "b.png", "c.png", "d.png", "gone.png")
"""One is no image, and one is not there any more when its task begins."""


@pytest.fixture
def folder(photograph: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, entered: `a.png`, `b.png`, the broken `c.png`, and `d.png`."""
    monkeypatch.chdir(photograph)
    (photograph / "clean.png").unlink()
    noisy = np.asarray(Image.open(photograph / "noisy.png"))
    (photograph / "noisy.png").unlink()
    for k, name in enumerate("abd"):
        Image.fromarray(np.roll(noisy, k, 0)).save(f"{name}.png")
    Path("c.png").write_bytes(b"no image")
    return photograph


def _denoise(*arguments: object) -> Any:
    words = (*FILES, "--sigma", 25, "--mode", "unrolled", "--json")
    return recon_here("denoise", *words, *arguments)


def _lines(done: Any) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [
        {name: value for name, value in line.items() if name not in ("seconds", "peak_memory_mib", "threads")}
        for line in lines
    ]


@pytest.mark.parametrize(
    "workers", [pytest.param(1, marks=pytest.mark.slow), 2, pytest.param(4, marks=pytest.mark.slow)]
)
def test_files_lines_and_codes_are_those_of_one_process(folder: Path, workers: int) -> None:
    alone = _denoise("-o", "out/")
    Path("out").rename("alone")
    done = _denoise("-o", "out/", "--scheduler", f"local:{workers}")
    assert (alone.exit_code, done.exit_code) == (3, 3)
    assert _lines(done) == _lines(alone)
    assert [line["input"] for line in _lines(done)] == list(FILES)
    assert "recon: c.png is not a PNG" in done.stderr
    assert "recon: gone.png does not exist" in done.stderr
    assert "2 of 5 images failed" in done.stderr
    assert sorted(path.name for path in Path("out").iterdir()) == sorted(
        p.name for p in Path("alone").iterdir()
    )
    for path in Path("alone").iterdir():
        assert (Path("out") / path.name).read_bytes() == path.read_bytes()
    again = _denoise("-o", "out/", "--scheduler", "local:1", "--skip-existing")
    assert "skipped 3 of 5 images, which have results" in again.stderr
    taken = recon_here("denoise", "a.png", "--sigma", 25, "-o", "out/", "--scheduler", "local:1")
    assert taken.exit_code == 1
    assert "exists; give --overwrite" in taken.stderr


@pytest.mark.slow
def test_a_full_disk_leaves_nothing_partial_and_the_rest_goes_on(folder: Path) -> None:
    rng = np.random.default_rng(0)
    Image.fromarray(rng.integers(0, 255, (120, 120), np.uint8)).save("c.png")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (6000, before[1]))
    try:
        done = _denoise("-o", "out/", "--scheduler", "local:1", "--report", ".html", "--skip-existing")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert done.exit_code == 1
    assert "cannot write out/a_denoised" in done.stderr
    assert not list(Path("out").glob(".recon-*"))
    assert all(path.stat().st_size < 6000 for path in Path("out").iterdir())


def test_processes_of_this_machine_go_without_a_scheduler(folder: Path) -> None:
    np.save("k.npy", np.fft.fft2(np.ones((16, 16))).astype(np.complex64))
    done = recon_here("mri", "k.npy", "--jobs", 2, "--scheduler", "local:1")
    assert done.exit_code == 2
    assert "--jobs counts processes of this machine" in done.stderr


def test_a_pipe_goes_without_a_scheduler(folder: Path) -> None:
    done = recon_here("denoise", "a.png", "--sigma", 25, "-o", "-", "--scheduler", "local:1")
    assert done.exit_code == 2
    assert "--scheduler works on files, and not on a pipe (-)" in done.stderr


@pytest.mark.slow
def test_figures_and_pages_are_made_where_the_file_is_solved(folder: Path) -> None:
    words = ("a.png", "--sigma", 25, "--mode", "unrolled", "--figure", "f.png", "--report", "r.html")
    done = recon_here("denoise", *words, "-o", "a.tif", "--scheduler", "local:1")
    assert done.exit_code == 0, done.stderr
    assert "--scheduler" not in Path("r.html").read_text("utf-8")
    assert Path("f.png").stat().st_size > 1000
    assert tifffile.imread("a.tif").shape == (48, 40)


@pytest.mark.slow
def test_an_operator_of_the_user_is_run_by_the_worker(folder: Path) -> None:
    Path("mine.py").write_text(
        "from recon_cli.operators import Identity\n\ndef camera(shape):\n    return Identity(shape)\n"
    )
    np.save("data.npy", np.asarray(Image.open("a.png"), np.float32) / 255)
    words = (
        "run",
        "--operator",
        "mine.py:camera",
        "data.npy",
        "--sigma",
        0.1,
        "--method",
        "tv",
        "--range",
        "0,1",
    )
    done = recon_here(*words, "-o", "there.npy", "--scheduler", "local:1")
    assert done.exit_code == 0, done.stderr
    alone = recon_here(*words, "-o", "here.npy")
    assert alone.exit_code == 0, alone.stderr
    np.testing.assert_array_equal(np.load("there.npy"), np.load("here.npy"))


@pytest.mark.slow
def test_a_file_that_vanishes_while_the_command_runs_is_one_sentence_and_the_rest_goes_on(
    folder: Path,
) -> None:
    """The first task removes its own file, which it has read, and the file of the third."""
    Path("mine.py").write_text(
        "import sys\nfrom pathlib import Path\nfrom recon_cli.operators import Identity\n\n"
        "def camera(shape):\n"
        "    for name in ('a.npy', 'c.npy') if 'pytest' not in sys.modules else ():\n"
        "        Path(name).unlink(missing_ok=True)\n"
        "    return Identity(shape)\n"
    )
    names = ["a.npy", "b.npy", "c.npy", "d.npy"]
    for name in names:
        np.save(name, np.asarray(Image.open("a.png"), np.float32)[:16, :16] / 255)
    words = ("--operator", "mine.py:camera", *names, "--sigma", 0.1, "--method", "tv", "--range", "0,1")
    done = recon_here("run", *words, "-o", "out/", "--json", "--scheduler", "local:1")
    assert done.exit_code == 3, done.stderr
    assert done.stderr.count("recon: c.npy does not exist") == 1
    assert [("error" in line) for line in _lines(done)] == [False, False, True, False]
    assert sorted(path.name[0] for path in Path("out").iterdir()) == ["a", "b", "d"]


@pytest.mark.slow
def test_a_tuning_has_the_same_log_and_result(folder: Path) -> None:
    words = ("tune", "a.png", "--sigma", 25, "--betas", "0.2:0.8:2", "--lams", "2e-4:6e-4:2", "--budget", 5)
    made = []
    for name, more in (("here", ()), ("there", ("--scheduler", "local:2"))):
        done = recon_here(*words, *more, "-o", f"{name}.toml", "--json")
        assert done.exit_code == 0, done.stderr
        fields = json.loads(done.stdout)
        made.append((Path(f"{name}.jsonl").read_text(), fields["beta"], fields["lam"], fields["value"]))
    assert made[0] == made[1]
    both = recon_here(*words, "--scheduler", "local:2", "--jobs", 2, "-o", "both.toml")
    assert both.exit_code == 2
    assert "--jobs counts processes of this machine" in both.stderr


@pytest.mark.slow
def test_a_comparison_has_the_same_table(folder: Path) -> None:
    words = (
        "benchmark",
        "denoise",
        "--data",
        "a.png",
        "--data",
        "b.png",
        "--methods",
        "tv,wavelet",
        "--json",
    )
    tables = []
    for more in ((), ("--scheduler", "local:2")):
        done = recon_here(*words, *more)
        assert done.exit_code == 0, done.stderr
        tables.append([(row["name"], row["psnr"], row["ssim"]) for row in json.loads(done.stdout)["methods"]])
    assert tables[0] == tables[1]


@pytest.mark.slow
def test_a_volume_is_the_same_on_workers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "HELD", 1000)
    monkeypatch.setattr(parts, "SIDE", 96)
    write_ngff(folder / "in.zarr", noisy_planes(1, 200, 170), 32)
    words = ("denoise", "in.zarr", "--sigma", NOISE, "--sigma-units", "data", "--mode", "unrolled", "--json")
    made = []
    for name, more in (("here", ()), ("there", ("--scheduler", "local:2"))):
        done = recon_here(*words, *more, "-o", f"{name}.zarr")
        assert done.exit_code == 0, done.stderr
        assert json.loads(done.stdout)["parts"] == 4
        group: Any = zarr.open(f"{name}.zarr", mode="r")
        made.append([group[level][...] for level in "01"])
    for here, there in zip(*made, strict=True):
        np.testing.assert_array_equal(here, there)


def test_without_it_dask_is_not_imported(folder: Path) -> None:
    code = (
        "import sys; from recon_cli.cli.main import app\n"
        "app(['denoise', 'a.png', '--sigma', '25', '--method', 'wavelet'], standalone_mode=False)\n"
        "assert not {'dask', 'distributed', 'tornado'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
