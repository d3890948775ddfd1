from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile

from recon_cli.files.configuration import read_configuration
from recon_cli.files.images import read_picture
from recon_cli.models.registry import manifest
from recon_cli.workflows.training.configure import configure

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    binaries = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=600
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done


def _script(name: str) -> tuple[str, Path]:
    """Run a script; return what it said on stderr and the folder of its results."""
    done = _run("bash", str(EXAMPLES / name))
    return done.stderr, Path(done.stdout.split()[-1])


def _scores(said: str) -> list[float]:
    return [float(score) for score in re.findall(r"PSNR\s+(\S+) dB", said)]


@pytest.mark.slow
def test_compare_variants_runs_as_it_stands() -> None:
    said, results = _script("compare_variants.sh")
    scores = _scores(said)
    assert len(scores) == 4
    assert min(scores) > 27
    assert len(list(results.iterdir())) == 4


@pytest.mark.slow
def test_inverse_problems_are_solved_better_than_by_their_neighbours() -> None:
    said, results = _script("inverse_problems.sh")
    before = [float(score) for score in re.findall(r"\((?:input|filtered backprojection) (\S+) dB\)", said)]
    gains = np.subtract(_scores(said), before)
    assert len(gains) == 4
    assert min(gains) > 1
    assert len(list(results.glob("*_*ed.png"))) == 3


@pytest.mark.slow
def test_colours_together_are_better_than_each_alone() -> None:
    said, results = _script("colour.sh")
    joint, channels = _scores(said)
    assert joint > channels + 0.3
    assert {path.name for path in results.iterdir()} == {
        f"{name}{suffix}" for name in ("joint", "channels") for suffix in (".png", ".pdf")
    }


@pytest.mark.slow
def test_counts_stay_an_imagej_stack() -> None:
    said, results = _script("microscopy.sh")
    found = re.search(r"PSNR\s+(\S+) dB \(input (\S+) dB\)", said)
    assert found is not None
    assert float(found[1]) > float(found[2]) + 6
    with (
        tifffile.TiffFile(results / "cell.tif") as after,
        tifffile.TiffFile(EXAMPLES / "cell_counts.tif") as before,
    ):
        assert after.imagej_metadata == before.imagej_metadata
        assert (after.series[0].axes, after.series[0].dtype) == ("TYX", np.uint16)
        assert after.pages.first.get_resolution() == before.pages.first.get_resolution()


@pytest.mark.slow
def test_the_shell_script_makes_what_it_says() -> None:
    said, results = _script("shell.sh")
    assert "skipped 2 of 2 images" in said
    lines = [json.loads(line) for line in (results / "log.jsonl").read_text("utf-8").splitlines()]
    assert [(line["mode"], line["iterations"], line["sigma"]) for line in lines] == [("unrolled", 1, 25)] * 2
    assert tifffile.imread(results / "piped.tif").shape == (256, 256)
    assert len(list((results / "clean").iterdir())) == 2


@pytest.mark.slow
def test_the_library_certifies() -> None:
    said = _run(sys.executable, str(EXAMPLES / "library.py")).stdout
    gap = re.search(r"at most (\S+)% above", said)
    assert gap is not None
    assert 0 <= float(gap[1]) <= 0.1
    distance = re.search(r"at most (\S+) grey levels", said)
    assert distance is not None
    assert 0 < float(distance[1]) < 1


@pytest.mark.slow
def test_chunks_that_overlap_give_the_whole_image() -> None:
    pytest.importorskip("dask")
    said = _run(sys.executable, str(EXAMPLES / "chunks.py")).stdout
    differences = [float(found) for found in re.findall(r"at most (\S+)$", said, re.MULTILINE)]
    assert len(differences) == 2
    assert max(differences) < 1e-3


@pytest.mark.slow
def test_the_files_are_those_of_the_script(tmp_path: Path) -> None:
    _run(sys.executable, str(EXAMPLES / "make_files.py"), str(tmp_path))
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == [
        "cell_clean.tif",
        "cell_counts.tif",
        "cell_sinogram.tif",
        "coffee.png",
        "coffee_noisy.png",
    ]
    for name in made:
        kept, again = (read_picture(folder / name).array for folder in (EXAMPLES, tmp_path))
        np.testing.assert_allclose(kept, again, rtol=1e-4)  # sums of floats, by the machine


def test_files_are_small_and_named_with_their_licence() -> None:
    listed = (EXAMPLES / "README.md").read_text("utf-8")
    for path in EXAMPLES.iterdir():
        assert path.name in listed or path.name == "README.md", path
        assert path.is_dir() or path.stat().st_size < 100_000, path
        if path.suffix in (".png", ".tif"):
            (line,) = [line for line in listed.splitlines() if f"`{path.name}`" in line]
            assert "CC0" in line


def test_the_bundled_dictionaries_name_their_configurations() -> None:
    folder = EXAMPLES / "training"
    script = (folder / "train_bundled.sh").read_text()
    names = re.search(r"for name in (.*);", script)
    assert names is not None
    assert set(names[1].split()) == {path.stem for path in folder.glob("*.toml")}
    for name in names[1].split():
        configuration = configure(read_configuration(folder / f"{name}.toml"))
        entry = manifest().get(name)
        if entry is None:
            assert name.endswith(("-first", "-second", "-likelihood"))
            continue
        # the only ones when the first were made
        before = {"objective": "unrolled", "stride": 1, "clip": None, "averaging": 0.0}
        made = before | entry["training"]
        asked = configuration.resolved()
        apart = {"tune"} | (
            {"initial"} if name.endswith(("reweighted", "adaptive")) else set()
        )  # these went on from others
        assert {key: made[key] for key in asked if key not in apart} == {
            key: value for key, value in asked.items() if key not in apart
        }
