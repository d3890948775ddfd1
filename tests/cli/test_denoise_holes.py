"""Pixels without data, through the command: filled with what the model makes of those around, or kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from .run import recon_here

CLEAN = data.camera().astype(np.float64).reshape(128, 4, 128, 4).mean((1, 3))[:96, 20:116] / 255
NOISY = (CLEAN + 20 / 255 * np.random.default_rng(0).standard_normal(CLEAN.shape)).astype(np.float32)
SCATTERED = np.random.default_rng(1).random(CLEAN.shape) < 0.3
BAR = np.zeros_like(SCATTERED)
BAR[60:66, 10:80] = True


def _denoised(folder: Path, array: NDArray[Any], *flags: object) -> tuple[NDArray[Any], dict[str, Any]]:
    np.save(folder / "in.npy", array)
    done = recon_here("denoise", folder / "in.npy", "-o", folder / "out.npy", "--overwrite", "--json", *flags)
    assert done.exit_code == 0, done.stderr
    return np.load(folder / "out.npy"), {"said": done.stderr, **json.loads(done.stdout)}


def _psnr(image: NDArray[Any], where: Any = ...) -> float:
    return float(-10 * np.log10(np.mean((image - CLEAN)[where] ** 2)))


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["settled", "full", "early-stop", "unrolled"])
def test_scattered_holes_are_filled(tmp_path: Path, mode: str) -> None:
    flags = ["--sigma", 20, "--mode", mode, *([] if mode == "unrolled" else ["--max-iter", 60])]
    whole = _psnr(_denoised(tmp_path, NOISY, *flags)[0])
    result, report = _denoised(tmp_path, np.where(SCATTERED, np.float32(np.nan), NOISY), *flags)
    least = 22.0 if mode == "unrolled" else 24.0
    assert _psnr(result, SCATTERED) > least
    assert _psnr(result, ~SCATTERED) > whole - 1.2
    count = int(SCATTERED.sum())
    assert report["holes"] == count
    assert f"{count} pixels without data ({count} NaN or infinite) filled" in report["said"]


@pytest.mark.slow
def test_what_stands_in_holes_does_not_matter_and_may_be_kept(tmp_path: Path) -> None:
    counts = np.rint(4000 * NOISY).astype(np.int16)
    Image.fromarray(~BAR).save(tmp_path / "mask.png")
    flags = ["--sigma", "auto", "--mode", "unrolled"]
    results = []
    for value, more in ((-9999, ["--nodata", -9999]), (32000, ["--mask", tmp_path / "mask.png"])):
        array = np.where(BAR, np.int16(value), counts)
        result, report = _denoised(tmp_path, array, *flags, *more)
        width = report["range"]["high"] - report["range"]["low"]
        assert report["sigma"] * width / 4000 == pytest.approx(20, rel=0.1)
        assert report["range"]["bounds"] == [counts[~BAR].min(), counts[~BAR].max()]
        results.append(result)
        kept, report = _denoised(tmp_path, array, *flags, *more, "--holes", "keep")
        assert (kept[BAR] == value).all()
        np.testing.assert_array_equal(kept[~BAR], result[~BAR])
        assert report["said"].count("kept") == 1
    np.testing.assert_array_equal(*results)
    assert _psnr(results[0] / 4000, BAR) > 17


@pytest.mark.slow
def test_holes_are_not_values_outside_the_range_nor_do_they_hide_a_wrong_sigma(tmp_path: Path) -> None:
    holed = np.where(BAR, -9999, 255 * NOISY.clip(0, 1)).astype(np.float32)
    flags = ["--nodata", -9999, "--range", "0,255", "--mode", "unrolled", "--steps", 1]
    assert "warning" not in _denoised(tmp_path, holed, "--sigma", 20, *flags)[1]["said"]
    _, report = _denoised(tmp_path, np.where(BAR, -9999, 1e-3 * holed), "--sigma", 20, *flags)
    assert "whose values differ by" in report["said"]


@pytest.mark.slow
def test_holes_of_colours_and_stacks_and_tiles(tmp_path: Path) -> None:
    colour = np.stack([NOISY, 0.5 * NOISY, 0.3 + 0.5 * NOISY], -1)
    stack = np.stack([colour, colour[::-1], colour])
    holed = stack.copy()
    holed[0][BAR], holed[1][SCATTERED] = np.nan, np.nan
    for more in ([], ["--color", "channels"]):
        flags = ["--sigma", 15, "--mode", "unrolled", *more]
        result, _ = _denoised(tmp_path, holed, *flags)
        whole, _ = _denoised(tmp_path, stack, *flags)
        assert np.isfinite(result).all()
        np.testing.assert_allclose(result[2], whole[2], atol=1e-4)
        for plane, holes in ((0, BAR), (1, SCATTERED)):
            assert np.abs(result[plane] - whole[plane])[~holes].mean() < 0.02
            assert np.abs(result[plane] - whole[plane])[holes].mean() < 0.08
    large = np.tile(NOISY, (4, 4))
    large[:200] = np.nan
    small, report = _denoised(tmp_path, large, "--sigma", 20, "--mode", "unrolled", "--memory", "90MiB")
    assert report["tiles"] > 1
    assert np.isfinite(small).all()


def test_transparent_pixels_are_filled_below_their_alpha(tmp_path: Path) -> None:
    pixels = np.uint8(255 * np.stack([NOISY.clip(0, 1)] * 3 + [~BAR], -1))
    pixels[BAR, :3] = 0
    Image.fromarray(pixels).save(tmp_path / "in.png")
    done = recon_here("denoise", tmp_path / "in.png", "--sigma", 20, "--mode", "unrolled")
    assert done.exit_code == 0, done.stderr
    assert f"{BAR.sum()} pixels without data ({BAR.sum()} transparent) filled" in done.stderr
    result = np.asarray(Image.open(tmp_path / "in_denoised.png"))
    np.testing.assert_array_equal(result[..., 3], pixels[..., 3])
    assert result[BAR, :3].mean() > 40


@pytest.mark.parametrize("method", ["tv", "crr"])
def test_other_priors_fill_holes_too(tmp_path: Path, method: str) -> None:
    array = np.where(SCATTERED, np.float32(np.nan), NOISY)
    result, _ = _denoised(tmp_path, array, "--sigma", 20, "--method", method)
    assert _psnr(result, SCATTERED) > 22
    done = recon_here("denoise", tmp_path / "in.npy", "--sigma", 20, "--method", "nlm", "--overwrite")
    assert (done.exit_code, "nothing else" in done.stderr) == (2, True)


def test_a_mask_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "in.npy", NOISY)
    np.save(tmp_path / "mask.npy", np.ones((5, 5), bool))
    done = recon_here("denoise", tmp_path / "in.npy", "--sigma", 20, "--mask", tmp_path / "mask.npy")
    assert done.exit_code == 2
    assert "a mask is grey, of one plane or as many" in done.stderr


@pytest.mark.slow
def test_hot_pixels_are_filled_and_counted(tmp_path: Path) -> None:
    broken, hot = NOISY.copy(), np.zeros_like(SCATTERED)
    for place in ((30, 40), (31, 40), (70, 12), (5, 80)):
        broken[place], hot[place] = 30, True
    flags = ["--sigma", 20, "--range", "0,1", "--mode", "unrolled"]
    whole = _psnr(_denoised(tmp_path, NOISY, *flags)[0])
    assert _psnr(_denoised(tmp_path, broken, *flags)[0]) < whole - 1
    np.save(tmp_path / "hot.npy", hot)
    for value in ("auto", tmp_path / "hot.npy"):
        result, report = _denoised(tmp_path, broken, *flags, "--hot-pixels", value)
        assert _psnr(result) > whole - 0.2
        assert (report["holes"], report["hot_pixels"]) == (4, 4)
        assert "4 hot or dead pixels filled" in " ".join(report["said"].split())
    kept, _ = _denoised(tmp_path, broken, *flags, "--hot-pixels", "auto", "--holes", "keep")
    np.testing.assert_array_equal(kept, result)
    assert "no hot pixels" in _denoised(tmp_path, NOISY, *flags, "--hot-pixels", "auto")[1]["said"]
