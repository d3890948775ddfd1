from __future__ import annotations

import json
from pathlib import Path

import pytest

from .run import recon_here


@pytest.fixture
def folder(photograph: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(photograph)
    (photograph / "images").mkdir()
    (photograph / "clean.png").rename(photograph / "images" / "clean.png")
    return photograph


def test_a_table_of_denoisers_in_every_format(folder: Path) -> None:
    command = ["benchmark", "denoise", "--data", "images", "--methods", "model:unrolled,tv,nlm", "--json",
               "-o", "t.md", "-o", "t.tex", "-o", "t.csv"]  # fmt: skip
    done = recon_here(*command)
    assert done.exit_code == 0, done.stderr
    fields = json.loads(done.stdout)
    assert [method["name"] for method in fields["methods"]] == ["model:unrolled", "tv", "nlm"]
    assert all(method["psnr"] > 24 for method in fields["methods"])
    for name in ("t.md", "t.tex", "t.csv"):
        assert "model:unrolled" in (folder / name).read_text("utf-8")
    assert len((folder / "t.jsonl").read_text("utf-8").splitlines()) == 4
    again = recon_here(*command)
    assert again.exit_code == 1
    assert "t.md exists" in again.stderr
    resumed = recon_here(*command, "--resume")
    assert json.loads(resumed.stdout) == fields


@pytest.mark.slow
def test_the_model_is_settled_where_no_mode_is_named(folder: Path) -> None:
    done = recon_here("benchmark", "denoise", "--data", "images", "--methods", "model,model:full", "--json",
                      "--model", "sigma25-reweighted")  # fmt: skip
    assert done.exit_code == 0, done.stderr
    settled, full = json.loads(done.stdout)["methods"]
    assert [each["name"].split()[0] for each in (settled, full)] == ["model:settled", "model:full"]
    assert 0 <= full["gap"] <= 1e-3
    assert settled["psnr"] > full["psnr"] - 0.05


def test_models_of_both_kinds_stand_beside_each_other(folder: Path, ridge: Path) -> None:
    done = recon_here("benchmark", "denoise", "--data", "images", "--methods", "model:unrolled,crr", "--json",
                      "--model", "sigma5-mean-free", "--model", ridge.name)  # fmt: skip
    assert done.exit_code == 0, done.stderr
    model, crr = json.loads(done.stdout)["methods"]
    assert (model["name"], crr["name"]) == ("model:unrolled (sigma5-mean-free)", f"crr ({ridge.name})")
    assert crr["psnr"] > 24
    assert 0 <= crr["gap"] <= 1e-4


def test_a_table_of_reconstructions(folder: Path, ridge: Path) -> None:
    done = recon_here("benchmark", "mri", "--data", "images/clean.png", "--mask", "random", "--json",
                      "--methods", "zero-filling,tv,crr", "--model", ridge.name, "--draws", 2)  # fmt: skip
    assert done.exit_code == 0, done.stderr
    zero_filled, by_tv, by_crr = json.loads(done.stdout)["methods"]
    assert by_tv["psnr"] > zero_filled["psnr"] + 1
    assert by_crr["psnr"] > zero_filled["psnr"] + 1
    assert by_tv["psnr_spread"] > 0
    assert "50.0%" not in done.stderr
    assert "30.0%" in done.stderr


def test_a_table_of_several_coils(folder: Path) -> None:
    done = recon_here("benchmark", "mri", "--data", "images/clean.png", "--mask", "cartesian", "--json",
                      "--methods", "zero-filling,wavelet,tv", "--coils", 4)  # fmt: skip
    assert done.exit_code == 0, done.stderr
    zero_filled, by_wavelets, by_tv = json.loads(done.stdout)["methods"]
    assert by_wavelets["psnr"] > zero_filled["psnr"] + 0.3
    assert by_tv["psnr"] > zero_filled["psnr"] + 1
    assert "4 coils" in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    "command",
    [
        ["curves", "images/clean.png", "--max-iter", 3],
        ["figure", "images/clean.png", "--methods", "tv,model:unrolled"],
        ["figure", "images/clean.png", "--mask", "radial", "--methods", "zero-filling,tv"],
        ["figure", "images/clean.png", "--methods", "tv,crr", "--model", "ridge.safetensors"],
    ],
)
def test_figures_are_vectors(folder: Path, ridge: Path, command: list[object]) -> None:
    done = recon_here("benchmark", *command, "-o", "out.svg")
    assert done.exit_code == 0, done.stderr
    text = (folder / "out.svg").read_text("utf-8")
    assert ("iPALM" if command[0] == "curves" else "truth") in text
    assert "<text" in text
    assert recon_here("benchmark", *command, "-o", "out.svg").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["denoise", "--data", "images", "--methods", "bm3d"], "--methods has no bm3d"),
        (["denoise", "--data", "images", "-o", "t.xlsx"], "its name has to end in"),
        (["denoise", "--data", "images", "--resume"], "--resume needs the log"),
        (["denoise", "--data", "images", "--sigma", 0, "--methods", "tv"], "--sigma has to be a positive"),
        (["mri", "--data", "images", "--methods", "nlm"], "--methods has no nlm"),
        (
            ["mri", "--data", "images", "--methods", "tv,crr", "--model", "sigma5-mean-free"],
            "no method takes",
        ),
        (["denoise", "--data", "images", "-o", "a.md", "-o", "a.md"], "two results have the same name"),
        (
            ["denoise", "--data", "images", "--sigma", 13, "--model", "sigma25-fixed-mean"],
            "no parameters for sigma 13 in mode settled; take another --sigma, or another model with --model",
        ),
        (
            ["denoise", "--data", "images", "--sigma", 1e4],
            "is tuned for sigma 10000 in mode settled; take another --sigma, or another model with --model",
        ),
        (
            ["denoise", "--data", "images", "--sigma", 1e4, "--methods", "model:full"],
            "is tuned for sigma 10000 in mode full; take another --sigma, or another model with --model",
        ),
        (
            ["curves", "images/clean.png", "--sigma", 13, "--model", "sigma25-fixed-mean"],
            "no parameters for sigma 13 in mode settled; take another --sigma",
        ),
        (["curves", "images/clean.png", "--sigma", 1e4], "in mode full; take another --sigma"),
    ],
)
def test_bad_arguments(folder: Path, arguments: list[object], said: str) -> None:
    done = recon_here("benchmark", *arguments)
    assert done.exit_code == 2, done.stderr
    assert said in done.stderr


def test_variables_of_the_environment_have_the_name_of_the_group(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECON_DENOISE_SIGMA", "1")
    monkeypatch.setenv("RECON_BENCHMARK_DENOISE_SIGMA", "40")
    done = recon_here("benchmark", "denoise", "--data", "images", "--methods", "tv", "--json")
    assert json.loads(done.stdout)["sigma"] == 40


@pytest.mark.parametrize(
    "words",
    [
        ("deconvolve", "--psf", "gaussian:1.2"),
        ("inpaint", "--missing", 0.4),
        ("upscale", "--factor", 2),
        ("tomography", "--angles", "0:180:9"),
    ],
)
def test_tables_of_what_cameras_and_scans_see(photograph: Path, words: tuple[object, ...]) -> None:
    table = photograph / "table.csv"
    done = recon_here(
        "benchmark", *words, "--data", photograph / "clean.png", "--methods", "tv", "-o", table, "--json"
    )
    assert done.exit_code == 0, done.stderr
    assert table.exists()
    said = json.loads(done.stdout)
    assert said["task"] == words[0]
    (method,) = said["methods"]
    assert method["name"] == "tv"
    assert method["psnr"] > 20
