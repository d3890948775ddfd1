from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from recon_cli.errors import ReconError
from recon_cli.quality.metrics import psnr

from .run import recon_here


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, entered: `a.png`, `b.png`, `deep/a.png`, clean ones in `clean/`, and the broken `c.png`."""
    rng = np.random.default_rng(0)
    clean = np.tile(np.linspace(40, 200, 12), (11, 1))
    for name in ("a.png", "b.png", "deep/a.png"):
        noisy = clean + 25 * rng.standard_normal(clean.shape)
        for place, pixels in ((tmp_path / name, noisy), (tmp_path / "clean" / name, clean)):
            place.parent.mkdir(exist_ok=True, parents=True)
            Image.fromarray(np.rint(pixels.clip(0, 255)).astype(np.uint8)).save(place)
    (tmp_path / "c.png").write_bytes(b"no image")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _run(*arguments: object) -> Any:
    return recon_here("denoise", *arguments, "--sigma", 25, "--mode", "unrolled")


def _made(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*_denoised*")}


def test_one_failure_of_many_is_told_and_the_rest_is_done(folder: Path) -> None:
    done = _run("a.png", "c.png", "b.png", "none.png")
    assert done.exit_code == 3
    assert _made(folder) == {"a_denoised.png", "b_denoised.png"}
    assert "recon: c.png is not a PNG" in done.stderr
    assert "recon: none.png does not exist" in done.stderr
    assert "2 of 4 images failed" in done.stderr
    assert "Traceback" not in done.stderr


def test_when_all_fail_the_code_is_one(folder: Path) -> None:
    (folder / "d.png").touch()
    assert _run("c.png", "d.png").exit_code == 1


def test_a_failure_names_its_file(folder: Path) -> None:
    np.save(folder / "thin.npy", np.full((4, 40), np.nan))
    done = _run("a.png", "thin.npy", "-q")
    assert done.exit_code == 3
    assert done.stderr == ("recon: thin.npy has no pixel with data (160 NaN or infinite)\n")


def test_patterns_and_folders_pass_over_results(folder: Path) -> None:
    (folder / "c.png").unlink()
    assert _run("[ab].png").exit_code == 0
    assert _made(folder) == {"a_denoised.png", "b_denoised.png"}
    for words in (["*.png"], [str(folder)]):
        done = _run(*words, "--skip-existing")
        assert done.exit_code == 0
        assert "skipped 2 of 2 images" in done.stderr
    assert len(_made(folder)) == 2
    done = _run("a.png", "b.png")
    assert done.exit_code == 1
    assert "a_denoised.png exists; give --overwrite" in done.stderr
    assert _run("a.png", "b.png", "--overwrite").exit_code == 0


def test_a_folder_is_searched_to_the_bottom_and_mirrored(folder: Path) -> None:
    (folder / "c.png").unlink()
    done = _run(folder, "--recursive", "-o", "new/")
    assert done.exit_code == 0, done.stderr
    names = {"a", "b", "deep/a", "clean/a", "clean/b", "clean/deep/a"}
    assert _made(folder) == {f"new/{name}_denoised.png" for name in names}


def test_results_of_one_name_are_an_error_before_anything_is_done(folder: Path) -> None:
    done = _run("a.png", "deep/a.png", "-o", "new/")
    assert done.exit_code == 2
    assert "a.png and deep/a.png would both be written to new/a_denoised.png" in done.stderr
    assert not (folder / "new").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a.png", "b.png", "-o", "out.png"], "there are 2 inputs and one output out.png"),
        (["a.png", "b.png", "-o", "-"], "there are 2 inputs, and standard output takes one"),
        (["a.png", "-"], "- is standard input, beside which no other"),
        (["-", "-o", "deep"], "standard input has no name; give -o a file"),
        (["-", "--reference", "clean"], "standard input has no name; give --reference a file"),
        (["a.png", "b.png", "--reference", "clean/a.png"], "--reference has to be a folder"),
        (
            ["a.png", "--format", "tiff"],
            "--format: not for files, whose suffix after -o decides; it is for standard output",
        ),
        (["a.png", "--range", "7"], "--range takes two numbers"),
        (["a.png", "--range", "7,1"], "--range takes two numbers"),
        (["a.png", "-q", "-v"], "--quiet and --verbose are opposites"),
        (["a.png", "--dtype", "float32"], "a PNG holds uint8 or uint16, not float32"),
        (["a.png", "--dtype", "int8"], "--dtype"),
    ],
)
def test_wrong_usage(folder: Path, arguments: list[str], said: str) -> None:
    done = _run(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert not _made(folder)


@pytest.mark.parametrize(
    ("word", "said"), [("*.gif", "no file matches *.gif"), ("empty", "no input in the folder empty")]
)
def test_nothing_found(folder: Path, word: str, said: str) -> None:
    (folder / "empty").mkdir()
    done = _run(word)
    assert done.exit_code == 1
    assert said in done.stderr


def test_json_has_a_line_for_each_file(folder: Path) -> None:
    done = _run("a.png", "b.png", "c.png", "--json", "--reference", "clean", "-q")
    assert done.exit_code == 3
    first, second, failed = map(json.loads, done.stdout.splitlines())
    assert (first["input"], first["output"]) == ("a.png", "a_denoised.png")
    assert (second["mode"], second["sigma"], second["tiles"]) == ("unrolled", 25, 1)
    (parameters,) = first["parameters"]
    assert (parameters["sigma"], parameters["model"]) == (25, "sigma25-mean-free")
    assert set(parameters) == {"sigma", "model", "beta", "lam", "tol"}
    assert (first["iterations"], first["converged"], first["shape"]) == (2, True, [11, 12])
    assert first["seconds"] > 0
    assert first["peak_memory_mib"] > 10
    assert isinstance(first["gap"], float)
    result, clean = (
        np.asarray(Image.open(folder / name)) / 255 for name in ("a_denoised.png", "clean/a.png")
    )
    assert first["psnr"] == pytest.approx(psnr(result, clean), abs=0.2)  # of what is rounded
    assert first["psnr"] > first["psnr_input"]
    assert first["ssim"] > first["ssim_input"]
    assert set(failed) == {"input", "output", "error"}
    assert done.stderr == f"recon: {failed['error']}\n"


def test_numbers_that_are_not_finite_are_null(folder: Path) -> None:
    done = _run("a.png", "--reference", "a.png", "--json", "-q")
    assert json.loads(done.stdout)["psnr_input"] is None


def test_quiet_usual_and_verbose(folder: Path) -> None:
    assert _run("a.png", "-q").stderr == ""
    usual = _run("a.png", "b.png", "--overwrite").stderr
    assert len(usual.splitlines()) == 2
    assert "a.png (11 x 12, uint8, [0, 255] is [0, 1], sigma 25/255 = 25 in the data) -> a_den" in usual
    assert _run("a.png", "b.png", "--overwrite", "-v").stderr.count("certified gap") == 2


def test_figures_stand_beside_results_and_are_no_inputs(folder: Path) -> None:
    (folder / "c.png").unlink()
    assert _run("a.png", "--figure", "drawn.svg", "-o", "out/new.png").exit_code == 1
    done = _run("a.png", "b.png", "--figure", ".png", "--json", "-q")
    assert done.exit_code == 0, done.stderr
    figures = [json.loads(line)["figure"] for line in done.stdout.splitlines()]
    assert figures == ["a_denoised_figure.png", "b_denoised_figure.png"]
    for figure in figures:
        with Image.open(folder / figure) as drawn:
            assert drawn.width > 2 * drawn.height
    assert "skipped 2 of 2 images" in _run("*.png", "--figure", ".png", "--skip-existing").stderr
    done = _run("a.png", "-o", "new.png", "--figure", "a_denoised_figure.png")
    assert "a_denoised_figure.png exists; give --overwrite" in done.stderr
    assert not (folder / "new.png").exists()


def test_a_faulty_program_is_told_of_and_the_rest_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("recon_cli.workflows.denoising.one_picture.choose_span", fail)
    done = _run("a.png", "c.png", "-q")
    assert done.exit_code == 1
    assert "recon: a.png: unexpected ZeroDivisionError: by zero" in done.stderr
    assert "recon: c.png is not a PNG" in done.stderr


def test_debug_shows_the_first_error(folder: Path) -> None:
    done = recon_here("--debug", "denoise", "c.png", "a.png", "--sigma", 25, "--mode", "unrolled")
    assert isinstance(done.exception, ReconError)
