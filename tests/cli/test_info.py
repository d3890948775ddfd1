from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from recon_cli.files.bundled_models import manifest
from recon_cli.models.dictionary import save_dictionary

from ..trust.seeds import small_dictionary
from .run import recon_here

RANDOM = np.random.default_rng(0)
NOISY = np.clip(120 + 10 * RANDOM.standard_normal((3, 64, 48)), 0, 255).astype(np.uint8)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(*words: object) -> dict[str, Any]:
    done = recon_here("info", *words, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_a_picture_is_told_with_its_axes_its_values_and_its_noise() -> None:
    np.save("a b.npy", NOISY)
    found = told("a b.npy")
    assert (found["kind"], found["shape"], found["dtype"]) == ("picture", [3, 64, 48], "uint8")
    assert (found["planes"], found["range"]["from"], found["range"]["high"]) == (
        3,
        "data",
        pytest.approx(150, abs=5),
    )
    assert found["sigma"] * (found["range"]["high"] - found["range"]["low"]) / 255 == pytest.approx(
        10, rel=0.1
    )
    assert shlex.split(found["command"]) == ["recon", "denoise", "a b.npy", "--sigma", "auto"]
    rows = dict(line.split(maxsplit=1) for line in recon_here("info", "a b.npy").stdout.splitlines())
    assert rows["kind"] == "picture"
    assert "sigma estimated as" in rows["noise"]
    assert told("a b.npy", "--axes", "zyx")["axes"] == "ZYX"


def test_the_holes_of_a_picture_are_told() -> None:
    array = NOISY[0].astype(np.float32) / 255
    array[3, 4:9] = np.nan
    np.save("a.npy", array)
    assert told("a.npy")["holes"] == 5
    assert "5 pixels without data" in recon_here("info", "a.npy").stdout


def test_a_clean_picture_with_holes_is_to_be_filled() -> None:
    array = np.tile(np.linspace(0.2, 0.8, 64, dtype=np.float32), (64, 1))
    array[10, 10:20] = np.nan
    np.save("a.npy", array)
    assert told("a.npy")["command"] == "recon inpaint a.npy"


@pytest.mark.parametrize("stored", ["npy", "npz", "h5", "cfl"])
def test_kspace_is_told_by_what_a_file_holds(stored: str) -> None:
    kspace = np.fft.fftshift(np.fft.fft2(NOISY[0] / 255, norm="ortho")).astype(np.complex64)
    kspace[:, ::2] = 0
    place = Path(f"k.{stored}")
    if stored == "npy":
        np.save(place, kspace)
    elif stored == "npz":
        np.savez(place, kspace=kspace)
    elif stored == "h5":
        with h5py.File(place, "w") as file:
            file["kspace"] = kspace[None]
    else:
        kspace.T.tofile(place)
        place.with_suffix(".hdr").write_text("# Dimensions\n48 64\n")
    found = told(place)
    assert (found["kind"], found["sampled"], found["has_mask"]) == ("k-space", 0.5, False)
    assert (found["frames"], found["coils"]) == (1, 1)
    assert found["command"] == f"recon mri {place}"


def test_full_kspace_is_to_be_undersampled() -> None:
    np.save("k.npy", np.fft.fftshift(np.fft.fft2(NOISY / 255, norm="ortho")).astype(np.complex64))
    found = told("k.npy", "--axes", "syx")
    assert (found["frames"], found["sampled"]) == (3, 1)
    assert found["command"] == "recon mri k.npy --axes syx --mask cartesian"


def test_a_model_is_told_by_its_name_or_its_file(ridge: Path) -> None:
    found = told("adaptive")
    assert (found["kind"], found["atoms"], found["network"]) == ("dictionary", 128, True)
    first = manifest()["adaptive"]["levels"]["full"][0]
    assert found["tuned_at"]["full"][0] == {"sigma": first["sigma"], "psnr": first["psnr"]}
    assert "--model adaptive" in found["command"]
    save_dictionary(Path("mine.safetensors"), small_dictionary())
    assert told("mine.safetensors")["kind"] == "dictionary"
    found = told(ridge)
    assert (found["kind"], "--method crr" in found["command"]) == ("ridge regulariser", True)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing.png", "missing.png does not exist"),
        ("adaptiv", "nor is it a bundled model (did you mean adaptive?)"),
        ("text.png", "text.png"),
        ("bad.npz", "bad.npz"),
        ("bad.safetensors", "bad.safetensors"),
        (".", "it is a folder"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(name: str, said: str) -> None:
    if name not in ("missing.png", "adaptiv", "."):
        Path(name).write_bytes(b"PK and nothing else")
    done = recon_here("info", name)
    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_names_cannot_command_a_terminal() -> None:
    name = "\x1b[2Ja.npy"
    np.save(name, NOISY[0])
    done = recon_here("info", name)
    assert done.exit_code == 0
    assert "\x1b" not in done.stdout
