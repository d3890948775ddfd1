"""Settings on the command line, in the environment and in files, by the real commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .run import recon_here


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, entered, with the image `in.npy` and the settings `some.toml`."""
    np.save(tmp_path / "in.npy", np.random.default_rng(0).random((12, 11), np.float32))
    (tmp_path / "some.toml").write_text(
        'sigma = 25\nmode = "unrolled"\nsteps = 3\nbeta = 5e-1\nlam = 0.001\noverwrite = true\n'
        'range = "-1,2"\n'
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _denoise(*arguments: object) -> dict[str, Any]:
    done = recon_here("denoise", "in.npy", "--json", "-q", *arguments)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_options_go_before_variables_and_those_before_the_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = _denoise("--config", "some.toml")
    assert (line["mode"], line["iterations"], line["sigma"]) == ("unrolled", 3, 25)
    assert (line["parameters"][0]["beta"], line["parameters"][0]["lam"]) == (0.5, 0.001)
    monkeypatch.setenv("RECON_DENOISE_STEPS", "2")
    monkeypatch.setenv("RECON_DENOISE_SIGMA", "13")
    line = _denoise("--config", "some.toml")
    assert (line["iterations"], line["sigma"]) == (2, 13)
    assert _denoise("--config", "some.toml", "--steps", 1)["iterations"] == 1
    monkeypatch.setenv("RECON_DENOISE_CONFIG", "some.toml")
    assert _denoise("--sigma", 20)["sigma"] == 20


def test_variables_have_the_names_of_the_options(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("SIGMA", "25"), ("MODE", "unrolled"), ("RANGE", "0,4"), ("OVERWRITE", "1")):
        monkeypatch.setenv(f"RECON_DENOISE_{name}", value)
    (folder / "in_denoised.npy").touch()
    done = recon_here("denoise", "in.npy")
    assert done.exit_code == 0, done.stderr
    assert "[0, 4] is [0, 1]" in done.stderr
    monkeypatch.setenv("RECON_SHOW_ATOMS_SORT", "usage")
    assert "--picture" in recon_here("show-atoms").stderr


@pytest.mark.parametrize(
    ("variable", "closest"),
    [
        ("RECON_DENOISE_SIGAM", "RECON_DENOISE_SIGMA"),
        ("RECON_DENIOSE_SIGMA", "RECON_DENOISE_SIGMA"),
        ("RECON_SIGMA", "RECON_DENOISE_SIGMA"),
        ("RECON_DENOISE_IMAGES", "RECON_"),
        ("RECON_TRAIN_BACH", "RECON_TRAIN_BATCH"),
        ("RECON_BENCHMARK_MRI_FTT", "RECON_BENCHMARK_MRI_FFT"),
        ("RECON_SHOW_ATOMS_SIGMAS", "RECON_SHOW_ATOMS_SIGMA"),
        ("RECON_NATIV", "RECON_NATIVE"),
        ("RECON_DENOISE_SGIMA", "RECON_DENOISE_SIGMA"),
        ("RECON_DENOISE", "RECON_DENOISE_"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_a_misspelt_variable_is_refused(monkeypatch: pytest.MonkeyPatch, variable: str, closest: str) -> None:
    monkeypatch.setenv(variable, "25")
    done = recon_here("denoise", "in.npy", "--sigma", 25, "--mode", "unrolled")
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"the variable {variable} is no setting; the closest is {closest}" in done.stderr
    assert not Path("in_denoised.npy").exists()
    assert recon_here("denoise", "--help").exit_code == 0


@pytest.mark.usefixtures("folder")
def test_a_variable_with_a_wrong_value_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, said in (
        ("RECON_NATIVE", "RECON_NATIVE is 0 or 1, and not '5'"),
        ("RECON_DENOISE_STEPS", "'--steps'"),
    ):
        monkeypatch.setenv(variable, "5" if variable == "RECON_NATIVE" else "5.5")
        done = recon_here("denoise", "in.npy", "--sigma", 25, "--mode", "unrolled")
        assert (done.exit_code, done.stdout) == (2, "")
        assert said in done.stderr
        monkeypatch.delenv(variable)


def test_a_file_may_begin_with_the_mark_of_its_encoding(folder: Path) -> None:
    (folder / "mark.toml").write_bytes(b"\xef\xbb\xbfsigma = 13\n")
    assert _denoise("--config", "mark.toml", "--mode", "unrolled")["sigma"] == 13


@pytest.mark.usefixtures("folder")
def test_variables_of_other_commands_and_programs_are_let_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for variable in ("RECON_NATIVE", "RECON_TRAIN_SIGMA", "RECON_PORT", "RECON_SERVICE_HOST", "RECONX_SIGMA"):
        monkeypatch.setenv(variable, "1")
    assert _denoise("--sigma", 25, "--mode", "unrolled")["sigma"] == 25


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("sigam = 25", "denoise has no setting sigam; see its --help"),
        ('config = "other.toml"', "denoise has no setting config"),
        ("images = []", "denoise has no setting images"),
        ("help = true", "denoise has no setting help"),
        ("[denoise]\nsigma = 25", "denoise has no setting denoise"),
        ("steps = 0", "steps = 0: Input should be greater than or equal to 1"),
        ("steps = 1.5", "steps = 1.5: Input should be a valid integer"),
        ("steps = [1]", "steps = [1]: this is no value for it"),
        ("steps = true", "steps = True: this is no value for it"),
        ("sigma = 1979-05-27", "sigma = 1979-05-27: this is no value for it"),
        ("overwrite = 1", "overwrite = 1: this is no value for it"),
        ('mode = "fast"', "mode = fast: 'fast' is not one of 'settled', 'full', 'early-stop', 'unrolled'"),
        ("sigma =", "the configuration wrong.toml cannot be read"),
    ],
)
def test_a_wrong_file_is_one_sentence(folder: Path, content: str, said: str) -> None:
    (folder / "wrong.toml").write_text(content)
    done = recon_here("denoise", "in.npy", "--sigma", 25, "--config", "wrong.toml")
    assert done.exit_code in (1, 2)
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (folder / "in_denoised.npy").exists()


def test_lists_and_other_commands(folder: Path) -> None:
    (folder / "tune.toml").write_text('sigma = 25\ngrid = false\nreference = ["a.png", "b.png"]\n')
    done = recon_here("tune", "in.npy", "--config", "tune.toml")
    assert done.exit_code == 2
    assert "there are 1 images and 2 references" in done.stderr
    (folder / "tune.toml").write_text('reference = "a.png"\n')
    assert "this is no value for it" in recon_here("tune", "in.npy", "--config", "tune.toml").stderr
    (folder / "mri.toml").write_text('max_iter = 3\nvalues = "complex"\n')
    assert "none.npy does not exist" in recon_here("mri", "none.npy", "--config", "mri.toml").stderr


def test_a_training_takes_variables_before_its_own_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "train.toml").write_text('data = "."\noutput = "mine.safetensors"\nsigma = 25\nbatch = 1\n')
    monkeypatch.setenv("RECON_TRAIN_BATCH", "0")
    done = recon_here("train", "--config", "train.toml")
    assert "batch: Input should be greater than or equal to 1" in done.stderr
