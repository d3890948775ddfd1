from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from recon_cli.models import registry

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


@pytest.mark.parametrize(("method", "certified"), [("tv", True), ("wavelet", False), ("zero-filling", False)])
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


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("sigma", [25, 12.5])
def test_a_ridge_regulariser_denoises_and_is_certified(ridge: Path, sigma: float) -> None:
    done = recon_here("denoise", "noisy.png", "--sigma", sigma, "--method", "crr", "--model", ridge.name,
                      "--json", "--reference", "clean.png", "-o", "out.png", "--max-iter", 500)  # fmt: skip
    assert done.exit_code == 0, done.stderr
    fields = json.loads(done.stdout)
    assert (fields["method"], fields["converged"]) == ("crr", True)
    (parameters,) = fields["parameters"]
    assert parameters == {"sigma": sigma, "model": "ridge", "lam": 8 * sigma / 25, "mu": 25 / sigma}
    assert 0 <= fields["gap"] <= 1e-4
    assert fields["psnr"] > fields["psnr_input"] + (4 if sigma == 25 else 1)
    for words in ("crr (convex ridge regulariser", "ridge, sigma", "certified gap"):
        assert words in done.stderr


@pytest.mark.usefixtures("folder")
def test_a_ridge_regulariser_reconstructs_and_says_what_converged(ridge: Path) -> None:
    simulated = recon_here("mri", "--simulate", "clean.png", "--mask", "random", "--ratio", 0.4,
                           "--sigma", 10, "-o", "kspace.npy")  # fmt: skip
    assert simulated.exit_code == 0, simulated.stderr
    done = recon_here("mri", "kspace.npy", "--method", "crr", "--model", ridge.name, "--scale", 1, "--json",
                      "--reference", "clean.png")  # fmt: skip
    assert done.exit_code == 0, done.stderr
    fields = json.loads(done.stdout)
    assert (fields["method"], fields["model"], fields["converged"]) == ("crr", "ridge", True)
    assert (fields["lam"], fields["mu"]) == (0.6, 1.0)
    assert (fields["stop_rule"], fields["tol"]) == ("relative change of the image", 1e-5)
    assert fields["psnr"] > fields["psnr_zero_filled"] + 1
    for words in (f"{fields['iterations']}, relative change of the image below 1e-05", "a loose bound"):
        assert words in done.stderr
    late = recon_here("mri", "kspace.npy", "--method", "crr", "--model", ridge.name, "--max-iter", 4,
                      "--tol", 1e-9, "-o", "late.npy")  # fmt: skip
    assert "NOT CONVERGED" in late.stderr


@pytest.mark.usefixtures("folder", "ridge")
@pytest.mark.parametrize("command", [["denoise", "noisy.png", "--sigma", 25], ["mri", "kspace.npy"]])
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--model", "ridge.safetensors"], "ridge.safetensors is a ridge regulariser; it goes with --method"),
        (["--method", "crr", "--model", "sigma5-mean-free"], "is a dictionary; leave --method crr out"),
        (["--method", "crr", "--model", "best"], "there is no model best"),
        (["--method", "crr", "--lam", 1, "--beta", 1, "--mode", "full"], "--beta, --lam, --mode: not for"),
        (
            ["--method", "crr", "--weight", 1, "--params", "p.toml"],
            "recon: --weight: not for --method crr",
        ),
        (["--method", "crr", "--tol", -1], "--tol has to be a positive number"),
    ],
)
def test_models_and_options_of_another_method_are_refused(
    command: list[object], arguments: list[object], said: str
) -> None:
    np.save("kspace.npy", np.ones((16, 16), np.complex64))
    done = recon_here(*command, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.usefixtures("folder")
def test_without_a_bundled_regulariser_it_is_said_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    known = registry.manifest
    monkeypatch.setattr(registry, "manifest", lambda kind=None: {} if kind else known())
    done = recon_here("denoise", "noisy.png", "--sigma", 25, "--method", "crr")
    assert done.exit_code == 2
    assert "no ridge regulariser is bundled; train one with recon train --regulariser crr" in done.stderr


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


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["denoise", "--mode", "unrolled", "--solver", "ipalm"], "--solver: not for --mode unrolled"),
        (["denoise", "--mode", "early-stop", "--solver", "admm"], "--solver: not for --mode early-stop"),
        (["denoise", "--mode", "early-stop", "--steps", 2], "--steps: not for --mode early-stop"),
        (["denoise", "--inner", "fista", "--steps", 3], "--inner, --steps: not for --mode settled"),
        (["denoise", "--mode", "unrolled", "--tol", 1, "--max-iter", 5], "--max-iter, --tol: not for --mode"),
        (["denoise", "--overwrite", "--skip-existing"], "--overwrite and --skip-existing are opposites"),
        (["denoise", "-q", "-v"], "--quiet and --verbose are opposites"),
        (["denoise", "--mode", "full", "--inner", "fista"], "--inner: not for --mode full"),
        (["denoise", "--solver", "ipalm"], "--solver: not for --mode settled"),
        (["mri", "k.npy", "--steps", 3], "--steps: not for --mode settled"),
        (["mri", "k.npy", "--mode", "settled", "--solver", "admm"], "--solver: not for --mode settled"),
        (["mri", "k.npy", "--mode", "unrolled", "--solver", "ipalm"], "--solver: not for --mode unrolled"),
        (["mri", "k.npy", "--sigma", 10], "--sigma: not for k-space that was measured, whose noise is --n"),
        (["mri", "k.npy", "--ratio", 0.5, "--seed", 1], "--ratio, --seed: not for a mask that is read"),
        (["mri", "k.npy", "--mask", "m.npy", "--ratio", 0.5], "--ratio: not for a mask that is read"),
        (["mri", "k.npy", "--format", "png"], "--format: not for files"),
        (["mri", "-", "--format", "png", "-o", "out.png"], "--format: not for files"),
        (["mri", "--simulate", "clean.png", "--method", "tv", "--scale", 1], "--method, --scale: not for"),
        (["mri", "--simulate", "clean.png", "--mask", "m.npy", "--ratio", 1], "--ratio: not for a mask that"),
        (["tune", "clean.png", "--sigma", 25, "--ratio", 0.5], "--ratio: not for --task denoise"),
        (["tune", "clean.png", "--sigma", 25, "--fft", "centered"], "--fft: not for --task denoise"),
        (["tune", "k.npy", "--task", "mri", "--ratio", 0.5], "--ratio: not for a mask that is read"),
        (["tune", "--resume", "--overwrite"], "--resume and --overwrite are opposites"),
        (["train", "--resume", "--overwrite"], "--resume and --overwrite are opposites"),
        (["benchmark", "denoise", "--data", ".", "--resume", "--overwrite"], "--resume and --overwrite are"),
        (["benchmark", "figure", "clean.png", "--ratio", 0.5, "--tune-each"], "--ratio, --tune-each: not"),
        (["benchmark", "mri", "--data", ".", "--mask", "m.npy", "--seed", 2], "--seed: not for a mask that"),
    ],
)  # fmt: skip
def test_options_that_mean_nothing_beside_the_others_are_refused(arguments: list[object], said: str) -> None:
    before = set(Path().iterdir())
    if arguments[0] == "denoise":
        arguments = [*arguments, "noisy.png", "--sigma", 25]
    done = recon_here(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"recon: {said}")
    assert set(Path().iterdir()) == before


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
