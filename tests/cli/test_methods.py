from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from .run import recon_here


@pytest.fixture
def folder(photograph: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(photograph)
    return photograph


@pytest.mark.parametrize("method", ["tv", "nlm", "wavelet"])
def test_denoise_names_the_method_and_claims_no_more_than_it_proves(folder: Path, method: str) -> None:
    done = recon_here("denoise", "noisy.png", "--sigma", 25, "--method", method, "--json",
                      "--reference", "clean.png", "-o", "out.png", "--figure", "out.svg")  # fmt: skip
    assert done.exit_code == 0, done.stderr
    fields = json.loads(done.stdout)
    assert fields["method"] == method
    assert "mode" not in fields
    assert fields["psnr"] > fields["psnr_input"] + 4
    assert ("certified gap" in done.stderr) == (method == "tv")
    assert (fields["gap"] is not None) == (method == "tv")
    assert f"{method} (" in done.stderr
    assert (folder / "out.png").exists()


@pytest.mark.parametrize(("method", "certified"), [("tv", True), ("zero-filling", False)])
def test_mri_names_the_method(folder: Path, method: str, certified: bool) -> None:
    samples = np.random.default_rng(0).standard_normal((2, 1, 16, 16)).astype(np.complex64)
    np.save("kspace.npy", samples)
    done = recon_here("mri", "kspace.npy", "--method", method, "--mask", "random", "--json", "-o", "out.npy")
    assert done.exit_code == 0, done.stderr
    fields = json.loads(done.stdout)
    assert fields["method"] == method
    assert "model" not in fields
    assert ("certified gap" in done.stderr) == certified
    assert (fields["gap"] is not None) == certified
    assert np.load("out.npy").shape == (2, 16, 16)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--method", "tv", "--mode", "full"], "--mode: not for --method tv"),
        (["--method", "nlm", "--beta", 1, "--tol", 1e-3], "--beta, --tol: not for --method nlm"),
        (["--method", "wavelet", "--weight", 1], "--weight: not for --method wavelet"),
        (["--weight", 1], "--weight: not for --method model"),
        (["--method", "tv", "--weight", -1], "--weight has to be a positive number"),
    ],
)
def test_options_of_another_method_are_refused(folder: Path, arguments: list[object], said: str) -> None:
    done = recon_here("denoise", "noisy.png", "--sigma", 25, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_settings_of_the_environment_are_refused_likewise(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECON_MRI_LAM", "0.1")
    np.save("kspace.npy", np.ones((16, 16), np.complex64))
    done = recon_here("mri", "kspace.npy", "--method", "zero-filling")
    assert done.exit_code == 2
    assert "--lam: not for --method zero-filling" in done.stderr


def test_a_weight_of_ones_own_is_taken(folder: Path) -> None:
    done = recon_here("denoise", "noisy.png", "--sigma", 25, "--method", "tv", "--weight", 0.07, "--json")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["parameters"] == [{"sigma": 25.0, "model": "tv", "weight": 0.07}]
