"""TIFFs of several unlike images, and colours of inks, through the commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image as Pillow

from .run import recon_here

_FAST = ("--method", "wavelet", "-q")


def _noisy(height: int, width: int, sigma: float, dtype: str = "uint8", seed: int = 0) -> NDArray[Any]:
    slope = np.add.outer(np.linspace(60, 120, height), np.linspace(0, 60, width))
    values = slope + sigma * np.random.default_rng(seed).standard_normal((height, width))
    return (values / 255).astype(dtype) if dtype == "float32" else values.round().astype(dtype)


@pytest.fixture
def several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[NDArray[Any]]:
    monkeypatch.chdir(tmp_path)
    label = np.zeros((20, 30), np.uint8)
    label[5:9] = 255
    images = [_noisy(40, 36, 10), label, _noisy(30, 44, 6, "float32", 1)]
    with tifffile.TiffWriter("in.tif") as writer:
        for k, image in enumerate(images):
            writer.write(image, metadata=None, description=f"image {k}")
    return images


def _result(name: str) -> list[NDArray[Any]]:
    with tifffile.TiffFile(name) as tiff:
        assert [page.description for page in tiff.pages] == ["image 0", "image 1", "image 2"]
        return [page.asarray() for page in tiff.pages]


def test_each_image_is_denoised_and_one_without_noise_is_left(several: list[NDArray[Any]]) -> None:
    done = recon_here("denoise", "in.tif", "--sigma", "auto", *_FAST[:2], "--json")
    assert done.exit_code == 0, done.stderr
    for before, after, smoother in zip(several, _result("in_denoised.tif"), (True, False, True), strict=True):
        assert (after.dtype, after.shape) == (before.dtype, before.shape)
        rough = [np.abs(np.diff(image.astype(float))).mean() for image in (before, after)]
        assert (rough[1] < 0.7 * rough[0]) == smoother
        assert smoother or (before == after).all()
    told = json.loads(done.stdout)
    assert [(each["number"], each["shape"], each["dtype"]) for each in told["series"]] == [
        (0, [40, 36], "uint8"), (2, [30, 44], "float32"),
    ]  # fmt: skip
    assert told["shape"] == [40, 36]
    rows = [line.split(maxsplit=2) for line in done.stderr.splitlines()]
    assert ["series", "1", "left as it is"] in rows


def test_one_image_is_asked_for(several: list[NDArray[Any]]) -> None:
    done = recon_here("denoise", "in.tif", "--sigma", 10, "--series", 2, *_FAST)
    assert done.exit_code == 0, done.stderr
    found = _result("in_denoised.tif")
    for k, (before, after) in enumerate(zip(several, found, strict=True)):
        assert (before == after).all() == (k < 2)
    done = recon_here("denoise", "in.tif", "--sigma", 10, "--series", 0, "-o", "one.png", *_FAST)
    assert done.exit_code == 0, done.stderr
    assert np.asarray(Pillow.open("one.png")).shape == (40, 36)


@pytest.mark.parametrize(
    ("flags", "said", "code"),
    [
        (("-o", "out.png"), "in.tif holds 3 images that differ, and the PNG gets one; choose it with", 1),
        (("--series", 3), "in.tif has series 0 to 2, and --series is 3", 2),
        (("--sigma", "8,4,24"), "--sigma has 3 levels, and the number of channels is", 2),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_said(several: list[NDArray[Any]], flags: Any, said: str, code: int) -> None:
    done = recon_here("denoise", "in.tif", "--sigma", 10, *flags, *_FAST)
    assert (done.exit_code, said in done.stderr) == (code, True), done.stderr
    assert not Path("in_denoised.tif").exists()


def test_a_reference_of_as_many_images_scores_each(several: list[NDArray[Any]]) -> None:
    with tifffile.TiffWriter("clean.tif") as writer:
        for k, image in enumerate(several):
            writer.write(image if k == 1 else _noisy(*image.shape, 0, image.dtype.name), metadata=None)
    done = recon_here("denoise", "in.tif", "--sigma", 10, "--reference", "clean.tif", "--json", *_FAST)
    assert done.exit_code == 0, done.stderr
    first, _, last = json.loads(done.stdout)["series"]
    assert min(each["psnr"] - each["psnr_input"] for each in (first, last)) > 2


def test_an_upscaled_result_is_one_image(several: list[NDArray[Any]]) -> None:
    words = ("upscale", "in.tif", "--factor", 2, "--sigma", 10, "--max-iter", 2, "-q")
    assert "choose it with --series" in recon_here(*words).stderr
    done = recon_here(*words, "--series", 0)
    assert tifffile.imread("in_upscaled.tif").shape == (80, 72), done.stderr


def test_info_says_what_images_there_are(several: list[NDArray[Any]]) -> None:
    rows = dict(line.split("  ", 1) for line in recon_here("info", "in.tif").stdout.splitlines())
    assert "40 x 36, uint8" in rows["series 0"]
    assert "no noise was found" in rows["series 1"]
    assert "30 x 44, float32" in rows["series 2"]
    assert len(json.loads(recon_here("info", "in.tif", "--json").stdout)["series"]) == 3


@pytest.mark.parametrize("suffix", [".jpg", ".tif"])
def test_each_ink_is_denoised_by_its_own_level(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    inks = np.stack([_noisy(48, 48, sigma, seed=k) for k, sigma in enumerate((12, 8, 4, 2))], -1)
    options = {"quality": 100, "subsampling": 0} if suffix == ".jpg" else {}
    Pillow.frombytes("CMYK", (48, 48), inks.tobytes()).save(f"in{suffix}", icc_profile=b"inks", **options)
    done = recon_here("denoise", f"in{suffix}", "--sigma", "12,8,4,2", *_FAST)
    assert done.exit_code == 0, done.stderr
    with Pillow.open(f"in_denoised{suffix}") as back:
        assert (back.mode, back.info["icc_profile"]) == ("CMYK", b"inks")
        rough = [np.abs(np.diff(np.asarray(array, float), axis=0)).mean((0, 1)) for array in (inks, back)]
    assert (rough[1] < 0.8 * rough[0]).all()
    assert "take .tif or .jpg" in recon_here("denoise", f"in{suffix}", "--sigma", 9, "-o", "a.png").stderr
