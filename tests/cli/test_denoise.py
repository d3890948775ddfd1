from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from recon_cli.reporting.metrics import psnr

from .run import recon, recon_here


def _read(path: Path) -> NDArray[np.generic]:
    with Image.open(path) as image:
        return np.asarray(image)


def _psnr(path: Path, clean: Path) -> float:
    return psnr(_read(path) / 255, _read(clean) / 255)


def test_default_is_the_certified_minimum(photograph: Path) -> None:
    done = recon("denoise", "noisy.png", "--sigma", 25, "--reference", "clean.png", folder=photograph)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    gap = re.search(r"certified gap\s+(\S+)", done.stderr)
    assert gap is not None
    assert 0 <= float(gap[1]) <= 1e-3
    for word in ("full (admm)", "sigma25-mean-free", "beta", "lam", "iterations", "objective", "SSIM"):
        assert word in done.stderr
    result = photograph / "noisy_denoised.png"
    assert _read(result).dtype == np.uint8
    assert _read(result).shape == (48, 40)
    assert (
        _psnr(result, photograph / "clean.png")
        > _psnr(photograph / "noisy.png", photograph / "clean.png") + 4
    )


@pytest.mark.parametrize(
    "flags",
    [
        ["--mode", "unrolled", "--steps", 3],
        ["--mode", "unrolled", "--inner", "fista", "--border", "paper"],
        ["--mode", "early-stop", "--tol", 3e-3],
        ["--solver", "ipalm", "--tol", 1e-5],
        ["--model", "sigma25-fixed-mean"],
        ["--beta", 0.3, "--lam", 5e-4, "--border", "paper", "--device", "cpu"],
    ],
)
def test_every_option_denoises(photograph: Path, flags: list[object]) -> None:
    done = recon("denoise", "noisy.png", "--sigma", 25, "-o", "out.png", *flags, folder=photograph)
    assert done.returncode == 0, done.stderr
    better = _psnr(photograph / "out.png", photograph / "clean.png")
    assert better > _psnr(photograph / "noisy.png", photograph / "clean.png") + 2.5


@pytest.mark.parametrize("name", ["in.tif", "in.png", "in.npy"])
def test_formats_keep_their_type(photograph: Path, name: str) -> None:
    grey = _read(photograph / "noisy.png")
    place = photograph / name
    array = (grey.astype(np.uint16) * 257) if name != "in.npy" else (grey / 255).astype(np.float32)
    if name == "in.npy":
        np.save(place, array)
    elif name == "in.tif":
        tifffile.imwrite(place, array)
    else:
        Image.fromarray(array).save(place)
    done = recon("denoise", name, "--sigma", 25, "--mode", "unrolled", folder=photograph)
    assert done.returncode == 0, done.stderr
    result = photograph / place.with_stem("in_denoised").name
    back = {"in.tif": tifffile.imread, "in.npy": np.load}.get(name, _read)(result)
    assert back.dtype == array.dtype
    assert back.shape == array.shape
    full = 65535 if back.dtype == np.uint16 else 1
    clean = _read(photograph / "clean.png") / 255
    assert psnr(back / full, clean) > psnr(array / full, clean) + 4


def test_not_converged_is_said(photograph: Path) -> None:
    done = recon("denoise", "noisy.png", "--sigma", 25, "--max-iter", 3, folder=photograph)
    assert done.returncode == 0, done.stderr
    assert "NOT CONVERGED" in done.stderr


def _bad_files(folder: Path) -> None:
    (folder / "empty.png").touch()
    (folder / "broken.png").write_bytes((folder / "noisy.png").read_bytes()[:200])
    (folder / "text.png").write_text("not an image")
    Image.fromarray(np.zeros((5, 40), np.uint8)).save(folder / "small.png")
    Image.fromarray(np.zeros((40, 40), np.uint8)).save(folder / "other.png")
    holed = np.full((40, 40), 0.5, np.float32)
    holed[3, 4] = np.nan
    np.save(folder / "nan.npy", holed)
    np.save(folder / "none.npy", np.zeros((0, 5), np.float32))
    np.save(folder / "counts.npy", np.full((40, 40), 4000.0))
    np.save(folder / "objects.npy", np.array([{}], object), allow_pickle=True)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["missing.png", "--sigma", 25], 1, "missing.png does not exist"),
        (["empty.png", "--sigma", 25], 1, "empty.png is an empty file"),
        (["broken.png", "--sigma", 25], 1, "broken.png is damaged"),
        (["text.png", "--sigma", 25], 1, "not a PNG, TIFF, JPEG, npy or npz file"),
        (["small.png", "--sigma", 25], 1, "smaller than a patch of 10 x 10"),
        (["nan.npy", "--sigma", 25], 1, "1 NaN or infinite pixels, the first at row 3, column 4"),
        (["none.npy", "--sigma", 25], 1, "empty image"),
        (["counts.npy", "--sigma", 25], 1, "scale them to [0, 1]"),
        (["objects.npy", "--sigma", 25], 1, "objects.npy holds Python objects"),
        (["noisy.png", "--sigma", -1], 2, "--sigma has to be a positive number, and is -1"),
        (["noisy.png", "--sigma", "nan"], 2, "--sigma has to be a positive number"),
        (["noisy.png", "--sigma", 13], 2, "no bundled dictionary for sigma 13"),
        (["noisy.png", "--sigma", 13, "--model", "sigma25-mean-free"], 2, "give --beta and --lam"),
        (["noisy.png", "--sigma", 25, "--model", "best"], 2, "there is no model best"),
        (["noisy.png", "--sigma", 25, "--model", "best.safetensors"], 1, "best.safetensors does not exist"),
        (["noisy.png", "--sigma", 25, "--model", "text.png"], 1, "text.png is not a readable dictionary"),
        (["noisy.png", "--sigma", 25, "--beta", 0], 2, "--beta has to be a positive number"),
        (["noisy.png", "--sigma", 25, "-o", "out.gif"], 2, "its name has to end in"),
        (["noisy.png", "--sigma", 25, "-o", "noisy.png"], 2, "noisy.png is the input"),
        (["noisy.png", "--sigma", 25, "-o", "clean.png"], 1, "clean.png exists"),
        (["noisy.png", "--sigma", 25, "-o", "no/out.png"], 1, "the folder no does not exist"),
        (["noisy.png", "--sigma", 25, "--reference", "other.png"], 1, "has shape (40, 40)"),
        (["noisy.png", "--sigma", 25, "--device", "abacus"], 2, "--device"),
        (["noisy.png", "--sigma", 25, "--steps", 0], 2, "--steps"),
        (["noisy.png"], 2, "--sigma"),
    ],
)
def test_bad_input_is_one_clear_sentence(
    photograph: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[object], code: int, said: str
) -> None:
    monkeypatch.chdir(photograph)
    _bad_files(photograph)
    before = {path: path.read_bytes() for path in photograph.iterdir()}
    done = recon_here("denoise", *arguments)
    assert done.exit_code == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert {path: path.read_bytes() for path in photograph.iterdir()} == before


def test_overwrite_replaces(photograph: Path) -> None:
    (photograph / "out.png").write_bytes(b"old")
    flags = ["--mode", "unrolled", "-o", "out.png", "--overwrite"]
    done = recon("denoise", "noisy.png", "--sigma", 25, *flags, folder=photograph)
    assert done.returncode == 0, done.stderr
    assert _read(photograph / "out.png").shape == (48, 40)
