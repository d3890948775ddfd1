from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from recon_cli.quality.metrics import psnr

from .run import recon, recon_here


def _read(path: Path) -> NDArray[np.generic]:
    with Image.open(path) as image:
        return np.asarray(image)


def _psnr(path: Path, clean: Path) -> float:
    return psnr(_read(path) / 255, _read(clean) / 255)


def _certified_gap(report: str) -> float:
    found = re.search(r"certified gap\s+(\S+)", report)
    assert found is not None, report
    return float(found[1])


def test_default_is_settled_and_says_how_far_and_how_to_get_more(photograph: Path) -> None:
    done = recon("denoise", "noisy.png", "--sigma", 25, "--reference", "clean.png", folder=photograph)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert 0 <= _certified_gap(done.stderr) < 1
    for word in (
        "settled (admm)",
        "adaptive",
        "beta",
        "lam",
        "objective",
        "SSIM",
        " on cpu, 1 thread\n",
    ):
        assert word in done.stderr
    said = " ".join(done.stderr.split())
    assert "estimated distance from the minimum, in grey levels, below 0.1" in said
    assert (
        "minimum, relative; its penalties are weighted by a first minimum; "
        "--mode full --model adaptive proves 1e-3)"
    ) in said
    near = re.search(r"certified distance\s+at most (\S+) grey levels of 255", done.stderr)
    assert near is not None
    assert 0 <= float(near[1]) < 15
    result = photograph / "noisy_denoised.png"
    assert _read(result).dtype == np.uint8
    assert _read(result).shape == (48, 40)
    assert (
        _psnr(result, photograph / "clean.png")
        > _psnr(photograph / "noisy.png", photograph / "clean.png") + 4
    )


@pytest.mark.slow
def test_full_proves_what_the_report_of_the_default_promises(
    photograph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(photograph)
    lines = {}
    for mode in ("settled", "full"):
        named = ["--mode", "full", "--model", "adaptive"] if mode == "full" else []
        done = recon_here("denoise", "noisy.png", "--sigma", 25, *named, "--json", "-o", f"{mode}.png")
        assert done.exit_code == 0, done.stderr
        lines[mode] = json.loads(done.stdout)
        assert lines[mode]["mode"] == mode
        assert lines[mode]["converged"]
    assert 0 <= lines["full"]["gap"] <= 1e-3
    assert abs(_certified_gap(done.stderr) / lines["full"]["gap"] - 1) < 0.01
    assert f"{mode} (admm)" in done.stderr
    assert "--mode full" not in done.stderr
    assert 0 <= lines["full"]["distance"] < lines["settled"]["distance"]
    settled, full = (_read(photograph / f"{mode}.png").astype(float) for mode in lines)
    assert np.sqrt(np.mean((settled - full) ** 2)) < 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "flags",
    [
        ["--mode", "unrolled", "--steps", 3],
        ["--mode", "unrolled", "--inner", "fista", "--border", "paper"],
        ["--mode", "early-stop", "--tol", 3e-3],
        ["--mode", "full", "--solver", "ipalm", "--tol", 1e-5],
        ["--tol", 1],
        ["--model", "sigma25-fixed-mean"],
        ["--beta", 1.2, "--lam", 5e-4, "--border", "paper", "--device", "cpu"],
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
    (folder / "text.png").write_text("not an image")
    Image.fromarray(np.zeros((40, 40), np.uint8)).save(folder / "other.png")
    np.save(folder / "nan.npy", np.full((40, 40), np.nan))
    np.save(folder / "none.npy", np.zeros((0, 5), np.float32))
    np.save(folder / "counts.npy", np.full((40, 40), 4000.0))
    np.save(folder / "objects.npy", np.array([{}], object), allow_pickle=True)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["text.png", "--sigma", 25], 1, "not a PNG, TIFF, JPEG, WebP, npy, npz, FITS"),
        (["nan.npy", "--sigma", 25], 1, "nan.npy has no pixel with data (1600 NaN or infinite)"),
        (["none.npy", "--sigma", 25], 1, "empty image"),
        (["counts.npy", "--sigma", 25], 1, "name their black and white with --range"),
        (["objects.npy", "--sigma", 25], 1, "objects.npy holds Python objects"),
        (["noisy.png", "--sigma", "nan"], 2, "--sigma has to be a positive number"),
        (["noisy.png", "--sigma", "8,4"], 2, "--sigma has 2 levels, and the number of channels is"),
        (["noisy.png", "--sigma", "8,,4"], 2, "--sigma has to be a positive number, one for each channel"),
        (["noisy.png", "--sigma", 1300], 2, "no bundled dictionary is tuned for sigma 1300"),
        (["noisy.png", "--sigma", 0.1], 2, "sigma is in 8-bit grey levels, in which 0.1 of [0, 1] is 25.5"),
        (["noisy.png"], 2, "give the noise level, as --sigma 25, or --sigma auto"),
        (["noisy.png", "--sigma", "auto", "--sigma-units", "data"], 2, "takes no --sigma-units"),
        (["noisy.png", "--sigma", 25, "--gain", 2], 2, "are for --noise poisson"),
        (["noisy.png", "--noise", "poisson"], 2, "needs --gain"),
        (["noisy.png", "--noise", "poisson", "--gain", 0], 2, "gain has to be a positive number"),
        (["noisy.png", "--noise", "poisson", "--gain", "2e"], 2, "--gain has to be a number or auto"),
        (["noisy.png", "--noise", "poisson", "--gain", 1, "--sigma", 25], 2, "--sigma is for Gaussian"),
        (
            ["noisy.png", "--sigma", 25, "--memory", "1M"],
            2,
            "1 MiB are allowed; allow more with --memory",
        ),
        (["noisy.png", "--sigma", 13, "--model", "sigma25-fixed-mean"], 2, "give --beta and --lam"),
        (["noisy.png", "--sigma", 25, "--model", "best.safetensors"], 1, "best.safetensors does not exist"),
        (["noisy.png", "--sigma", 25, "--model", "text.png"], 1, "text.png is not a readable dictionary"),
        (["noisy.png", "--sigma", 25, "--beta", 0], 2, "--beta has to be a positive number"),
        (["noisy.png", "--sigma", 25, "--reference", "other.png"], 1, "has shape (40, 40)"),
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


def test_any_noise_level_and_an_estimated_one(photograph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(photograph)
    clean = np.asarray(Image.open(photograph / "clean.png"))
    noise = 13.7 * np.random.default_rng(5).standard_normal(clean.shape)
    Image.fromarray(np.rint((clean + noise).clip(0, 255)).astype(np.uint8)).save(photograph / "less.png")
    for sigma in ("13.7", "auto"):
        done = recon_here("denoise", "less.png", "--sigma", sigma, "--mode", "unrolled", "--overwrite")
        assert done.exit_code == 0, done.stderr
        better = _psnr(photograph / "less_denoised.png", photograph / "clean.png")
        assert better > _psnr(photograph / "less.png", photograph / "clean.png") + 2
    found = re.search(r"estimated as (\S+)/255", done.stderr)
    assert found is not None
    assert 9 < float(found[1]) < 18


@pytest.mark.slow
def test_colours_are_denoised_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    clean = data.astronaut()[20:84, 180:244]
    noise = 25 * np.random.default_rng(1).standard_normal(clean.shape)
    Image.fromarray(clean).save(tmp_path / "clean.png")
    Image.fromarray(np.rint((clean + noise).clip(0, 255)).astype(np.uint8)).save(tmp_path / "noisy.png")
    scores = []
    for color in ("channels", "joint"):
        words = ["noisy.png", "--sigma", 25, "--mode", "unrolled", "--color", color, "--overwrite"]
        done = recon_here("denoise", *words, "--reference", "clean.png", "--json")
        assert done.exit_code == 0, done.stderr
        line = json.loads(done.stdout)
        scores.append(line["psnr"])
    assert [round(entry["sigma"], 2) for entry in line["parameters"]] == [14.43, 40.75]
    assert scores[1] > scores[0] + 0.5


def test_counted_light(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    clean = data.camera()[60:108, 200:240] / 4.0
    counts = np.random.default_rng(1).poisson(clean) * 2 + 100
    tifffile.imwrite(tmp_path / "counts.tif", counts.astype(np.uint16))
    words = ["counts.tif", "--noise", "poisson", "--gain", 2, "--offset", 100, "--mode", "unrolled"]
    done = recon_here("denoise", *words)
    assert done.exit_code == 0, done.stderr
    assert "counts with gain 2" in done.stderr
    result = tifffile.imread(tmp_path / "counts_denoised.tif")
    assert result.dtype == np.uint16
    before, after = (np.mean((image - 2 * clean - 100) ** 2) for image in (counts, result.astype(float)))
    assert after < before / 3


def test_sigma_may_be_an_image(tmp_path: Path) -> None:
    levels = np.full((48, 40), 400, np.float32)
    levels[:, 20:] = 1600
    clean = 40 * data.camera()[60:108, 200:240].astype(np.float64)
    np.save(
        tmp_path / "in.npy",
        np.float32(clean + levels * np.random.default_rng(3).standard_normal(clean.shape)),
    )
    tifffile.imwrite(tmp_path / "map.tif", levels)
    words = ["denoise", tmp_path / "in.npy", "--sigma", tmp_path / "map.tif", "--sigma-units", "data"]
    done = recon_here(*words, "--range", "0,10200", "--mode", "unrolled", "--json")
    assert done.exit_code == 0, done.stderr
    assert "sigma by a map, from 10 to 40/255, on average 25" in " ".join(done.stderr.split())
    assert json.loads(done.stdout)["sigma"] == 25
    done = recon_here(*words, "-o", tmp_path / "map.tif", "--overwrite")
    assert done.exit_code == 2
    assert "map.tif" in done.stderr
    done = recon_here("denoise", tmp_path / "in.npy", "--sigma", tmp_path / "none.tif")
    assert "none.tif" in done.stderr
    assert done.exit_code == 1


@pytest.mark.slow
def test_the_gain_is_estimated_and_said(tmp_path: Path) -> None:
    clean = np.tile(np.linspace(2, 90, 160), (160, 1))
    random = np.random.default_rng(2)
    np.save(
        tmp_path / "counts.npy", np.uint16(2 * random.poisson(clean) + random.normal(100, 6, clean.shape))
    )
    words = [tmp_path / "counts.npy", "--noise", "poisson", "--gain", "auto", "--offset", 100]
    done = recon_here("denoise", *words, "--mode", "unrolled")
    assert done.exit_code == 0, done.stderr
    found = re.search(
        r"gain and read noise estimated as ([\d.]+) and ([\d.]+)", " ".join(done.stderr.split())
    )
    assert found
    assert [float(number) for number in found.groups()] == pytest.approx([2, 6], rel=0.1)
    done = recon_here("denoise", *words, "--read-noise", 6, "--mode", "unrolled", "--overwrite")
    assert "gain estimated as" in " ".join(done.stderr.split())
