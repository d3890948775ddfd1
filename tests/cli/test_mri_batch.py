"""Many files of k-space by one command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from recon_cli.errors import ReconError
from recon_cli.workflows.frames import Frames
from recon_cli.workflows.mri.frames import FrameJob

from .run import recon_here

QUICK = ("--method", "zero-filling")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, entered: k-space `a.npy`, `b.npy`, `deep/a.npy`, the broken `c.npy`, and `truth/`."""
    rng = np.random.default_rng(0)
    for name in ("a", "b", "deep/a"):
        image = rng.uniform(0.2, 0.8, (12, 11))
        samples = np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(image), norm="ortho"))
        (tmp_path / name).parent.mkdir(exist_ok=True)
        np.save(tmp_path / f"{name}.npy", samples.astype(np.complex64))
        if "/" not in name:
            (tmp_path / "truth").mkdir(exist_ok=True)
            np.save(tmp_path / "truth" / f"{name}.npy", image)
    (tmp_path / "c.npy").write_bytes(b"no array")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _run(*arguments: object) -> Any:
    return recon_here("mri", *arguments, *QUICK)


def _made(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*_recon*")}


def test_one_failure_of_many_is_told_and_the_rest_is_done(folder: Path) -> None:
    done = _run("a.npy", "c.npy", "b.npy", "none.npy", "--json")
    assert done.exit_code == 3
    assert _made(folder) == {"a_recon.npy", "b_recon.npy"}
    assert "recon: c.npy is not k-space" in done.stderr
    assert "recon: none.npy does not exist" in done.stderr
    assert "2 of 4 files failed" in done.stderr
    assert "Traceback" not in done.stderr
    fields = [json.loads(line) for line in done.stdout.splitlines()]
    assert [entry["input"] for entry in fields] == ["a.npy", "c.npy", "b.npy", "none.npy"]
    assert set(fields[1]) == {"input", "output", "error"}
    assert fields[1]["error"] in done.stderr
    assert (fields[2]["output"], fields[2]["frames"], fields[2]["method"]) == (
        "b_recon.npy", 1, "zero-filling"
    )  # fmt: skip


@pytest.mark.slow
def test_a_series_that_was_stopped_goes_on_with_its_frames(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.save("series.npy", np.stack([factor * np.load("a.npy") for factor in (1, 2, 3, 4)])[:, None])
    assert _run("series.npy", "-o", "whole.npy").exit_code == 0
    solve, solved = FrameJob.solve, []

    def failing(job: FrameJob, follow: Any = None) -> Frames:
        solved.append(1)
        if len(solved) == 3:
            raise ReconError("no more")
        return solve(job, follow)

    monkeypatch.setattr(FrameJob, "solve", failing)
    assert _run("series.npy", "-o", "out.npy").exit_code == 1
    assert not Path("out.npy").exists()
    done = _run("series.npy", "-o", "out.npy", "--skip-existing", "--json")
    assert done.exit_code == 0
    assert len(solved) == 5
    assert "2 of 4 frames are those of a run that was stopped" in done.stderr
    assert json.loads(done.stdout)["frames"] == 4
    assert Path("out.npy").read_bytes() == Path("whole.npy").read_bytes()
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_when_all_fail_the_code_is_one_and_a_single_failure_is_the_end(folder: Path) -> None:
    np.save(folder / "d.npy", np.ones((3, 3)))
    assert _run("c.npy", "d.npy").exit_code == 1
    done = _run("c.npy", "--json")
    assert (done.exit_code, json.loads(done.stdout)["output"]) == (1, "c_recon.npy")
    assert done.stderr == f"recon: {json.loads(done.stdout)['error']}\n"


@pytest.mark.slow
def test_patterns_and_folders_pass_over_results_and_what_is_read_as_something_else(folder: Path) -> None:
    (folder / "c.npy").unlink()
    np.save(folder / "m.npy", np.ones((12, 11), bool))
    flags = ("--mask", "m.npy", "--zero-filled", ".npy", "--figure", ".png")
    done = _run("*.npy", *flags)
    assert done.exit_code == 0, done.stderr
    first = {f"{n}_recon{e}" for n in "ab" for e in (".npy", "_zero_filled.npy", "_figure.png")}
    assert _made(folder) == first
    for words in (["*.npy"], ["."]):
        done = _run(*words, *flags, "--skip-existing")
        assert (done.exit_code, "skipped 2 of 2 files, which have results" in done.stderr) == (0, True)
    done = _run(".", *flags)
    assert done.exit_code == 1
    assert "a_recon.npy exists; give --overwrite" in done.stderr
    assert _run(".", *flags, "--overwrite").exit_code == 0
    assert _made(folder) == first


def test_a_folder_is_searched_to_the_bottom_and_mirrored(folder: Path) -> None:
    (folder / "c.npy").unlink()
    done = _run(folder, "--recursive", "-o", "new/", "--mask", "random", "--ratio", 0.6)
    assert done.exit_code == 3, done.stderr  # the reference images are no k-space
    assert _made(folder) == {f"new/{name}_recon.npy" for name in ("a", "b", "deep/a")}


@pytest.mark.slow
def test_both_files_of_a_pair_are_one_input(folder: Path) -> None:
    for name in "xy":
        np.load(folder / "a.npy").T.tofile(folder / f"{name}.cfl")
        (folder / f"{name}.hdr").write_text("# Dimensions\n12 11\n")
    for words in (["x", "y"], ["[xy].*"], ["x.cfl", "x.hdr", "x", "y.hdr"], ["a.npy", "x", "y"]):
        done = _run(*words, "-o", "new/", "--overwrite")
        assert done.exit_code == 0, done.stderr
    assert _made(folder) == {f"new/{name}_recon.npy" for name in "axy"}


def test_references_of_one_folder_are_found_by_name(folder: Path) -> None:
    values = np.load(folder / "truth" / "b.npy")
    (folder / "truth" / "b.npy").unlink()
    Image.fromarray(np.rint(255 * values).astype(np.uint8)).save(folder / "truth" / "b.png")
    done = _run("a.npy", "b.npy", "--reference", "truth", "--json", "-q")
    assert done.exit_code == 0, done.stderr
    assert all(json.loads(line)["psnr"] > 40 for line in done.stdout.splitlines())
    Image.fromarray(np.zeros((12, 11), np.uint8)).save(folder / "truth" / "b.tif")
    done = _run("a.npy", "b.npy", "--reference", "truth", "--overwrite")
    assert (done.exit_code, "could both be the reference of b.npy" in done.stderr) == (2, True)


@pytest.mark.slow
def test_quiet_usual_and_verbose(folder: Path) -> None:
    assert _run("a.npy", "b.npy", "-q").stderr == ""
    usual = _run("a.npy", "b.npy", "--overwrite", "--reference", "truth").stderr.splitlines()
    assert len(usual) == 2
    assert usual[0].startswith("a.npy (npy: y 12, x 11) -> a_recon.npy: zero-filling, ")
    assert ", PSNR " in usual[0]
    assert _run("a.npy", "b.npy", "--overwrite", "-v").stderr.count("k-space scaled by") == 2


def test_a_warning_names_its_file_where_there_are_several(folder: Path) -> None:
    np.save(folder / "corner.npy", np.fft.ifftshift(np.load(folder / "a.npy")))
    assert "\nwarning: corner.npy: most of" in f"\n{_run('corner.npy', 'a.npy').stderr}"
    assert "\nwarning: most of" in f"\n{_run('corner.npy', '--overwrite').stderr}"


def test_a_frame_that_does_not_fit_is_refused_before_it_begins(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recon_cli.workflows.frames.reconstruct", None)
    words = ("--beta", 1, "--lam", 0.01, "--mode", "unrolled", "--memory", "1M")
    done = recon_here("mri", "a.npy", *words)
    assert done.exit_code == 2
    assert "for a real frame of 12 x 11 pixels and 1 coil, and 1 MiB are allowed; allow more" in done.stderr
    assert not _made(folder)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a.npy", "b.npy", "-o", "out.npy"], "there are 2 inputs and one output out.npy"),
        (["a.npy", "b.npy", "-o", "-"], "there are 2 inputs, and standard output takes one"),
        (["a.npy", "-"], "- is standard input, beside which no other"),
        (["-", "-o", "deep"], "standard input has no name; give -o a file"),
        (
            ["-", "-o", "out.npy", "--reference", "truth"],
            "standard input has no name; give --reference a file",
        ),
        (["a.npy", "b.npy", "--reference", "truth/a.npy"], "--reference has to be a folder"),
        (["a.npy", "b.npy", "--figure", "x.pdf"], "there are 2 results and one --figure x.pdf"),
        (["a.npy", "b.npy", "--zero-filled", "x.npy"], "there are 2 results and one --zero-filled x.npy"),
        (["a.npy", "-o", "-", "--zero-filled", ".npy"], "standard output has no name; give --zero-filled"),
        (["a.npy", "deep/a.npy", "-o", "new/"], "would both be written to new/a_recon.npy"),
        (["a.npy", "--format", "png"], "--format: not for files, whose suffix after -o decides"),
        (["a.npy", "-q", "-v"], "--quiet and --verbose are opposites"),
        (["a.npy", "--overwrite", "--skip-existing"], "--overwrite and --skip-existing are opposites"),
        (["a.npy", "--memory", "much"], "--memory takes an amount"),
        (["--simulate", "a.png", "--recursive"], "--recursive: not for --simulate"),
    ],
)
def test_wrong_usage(folder: Path, arguments: list[str], said: str) -> None:
    done = _run(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert not _made(folder)
    assert not (folder / "new").exists()


def test_files_that_are_made_meanwhile_are_not_replaced(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A place that was free when the file was begun is taken by another program."""
    from recon_cli.workflows.mri import files

    solve = files.reconstruct_kspace

    def slow(*arguments: Any, **options: Any) -> Any:
        (folder / "b_recon.npy").write_text("mine")
        return solve(*arguments, **options)

    monkeypatch.setattr(files, "reconstruct_kspace", slow)
    done = _run("b.npy", "a.npy")
    assert done.exit_code == 3
    assert (folder / "b_recon.npy").read_text() == "mine"
    assert (folder / "a_recon.npy").exists()
