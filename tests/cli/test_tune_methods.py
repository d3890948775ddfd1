from __future__ import annotations

import json
from pathlib import Path

import pytest

from .run import recon_here


@pytest.fixture
def here(photograph: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of photographs as the current one."""
    monkeypatch.chdir(photograph)
    return photograph


@pytest.mark.parametrize(
    ("method", "flags", "names"),
    [
        ("tv", ("--weights", "0.03:0.12:3"), ["weight"]),
        ("tv", ("--climb",), ["weight"]),
        ("crr", ("--lams", "4:16:2", "--mus", "0.5:2:2", "--model", "ridge.safetensors"), ["lam", "mu"]),
        ("crr", ("--climb", "--model", "ridge.safetensors"), ["lam", "mu"]),
    ],
)
def test_other_methods_are_tuned_and_the_result_serves_denoising(
    here: Path, ridge: Path, method: str, flags: tuple[str, ...], names: list[str]
) -> None:
    done = recon_here("tune", "clean.png", "--sigma", 25, "--method", method, *flags, "--budget", 5, "--json")
    assert done.exit_code == 0, done.stderr
    fields = json.loads(done.stdout)
    assert (fields["method"], fields["mode"]) == (method, None)
    assert fields["value"] > 25
    assert Path("tuned.png").exists()
    text = Path("tuned.toml").read_text()
    assert [name for name in ("beta", "lam", "mu", "weight") if f"\n{name} = " in text] == names
    command = ("denoise", "noisy.png", "--sigma", 25, "--params", "tuned.toml")
    used = recon_here(*command, "--method", method, "--json")
    assert used.exit_code == 0, used.stderr
    (parameters,) = json.loads(used.stdout)["parameters"]
    assert [parameters[name] for name in names] == [fields[name] for name in names]
    wrong = recon_here(*command, "--overwrite")
    assert wrong.exit_code == 2
    assert f"tuned for method {method}, and this is method model" in wrong.stderr


@pytest.mark.slow
@pytest.mark.parametrize("method", ["tv", "crr"])
def test_other_methods_are_tuned_on_kspace(here: Path, ridge: Path, method: str) -> None:
    recon_here("mri", "--simulate", "clean.png", "--mask", "radial", "--sigma", 10, "-o", "k.npy")
    model = ("--model", ridge.name) if method == "crr" else ()
    done = recon_here("tune", "k.npy", "--task", "mri", "--method", method, *model, "--budget", 3, "--json")
    assert done.exit_code == 0, done.stderr
    fields = json.loads(done.stdout)
    assert fields["criterion"] == "holdout"
    used = recon_here("mri", "k.npy", "--method", method, "--params", "tuned.toml", "--json")
    assert used.exit_code == 0, used.stderr
    names = ["weight"] if method == "tv" else ["lam", "mu"]
    assert [json.loads(used.stdout)[name] for name in names] == [fields[name] for name in names]
