from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image
from scipy.ndimage import gaussian_filter
from skimage import data

from .run import recon_here

_CLEAN = data.camera()[90:154, 220:284]


def _upscaled(folder: Path, coarse: np.ndarray, *words: object) -> dict[str, float]:
    noisy = coarse + np.random.default_rng(0).standard_normal(coarse.shape)
    Image.fromarray(np.clip(np.rint(noisy), 0, 255).astype(np.uint8)).save(folder / "in.png")
    Image.fromarray(_CLEAN).save(folder / "clean.png")
    done = recon_here(
        "upscale", folder / "in.png", "--factor", 2, "--sigma", 1, "--reference", folder / "clean.png",
        "--json", "-q", *words,
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    said: dict[str, float] = json.loads(done.stdout)
    return said


@pytest.mark.slow
def test_means_of_pixels_are_resolved_better_than_by_interpolation(tmp_path: Path) -> None:
    said = _upscaled(tmp_path, _CLEAN.reshape(32, 2, 32, 2).mean((1, 3)))
    assert said["shape"] == [64, 64]
    assert said["psnr"] > said["psnr_input"] + 0.5


@pytest.mark.slow
def test_every_second_pixel_of_a_blurred_image_lies_where_it_was(tmp_path: Path) -> None:
    coarse = gaussian_filter(_CLEAN.astype(float), 1.0)[::2, ::2]
    said = _upscaled(tmp_path, coarse, "--kernel", "gaussian:1", "--align", "corner")
    assert said["psnr"] > said["psnr_input"] + 2


def test_a_stack_keeps_its_type_and_resolution(tmp_path: Path) -> None:
    stack = np.stack([_CLEAN[::2, ::2], _CLEAN[1::2, 1::2]]).astype(np.uint16) * 100
    tifffile.imwrite(
        tmp_path / "in.tif", stack, photometric="minisblack", resolution=(100, 100), resolutionunit="inch"
    )
    done = recon_here("upscale", tmp_path / "in.tif", "--factor", 3, "--sigma", 2, "-q", "--max-iter", 12)
    assert done.exit_code == 0, done.stderr
    with tifffile.TiffFile(tmp_path / "in_upscaled.tif") as tiff:
        assert tiff.asarray().shape == (2, 96, 96)
        assert tiff.asarray().dtype == np.uint16
        assert tiff.pages[0].get_resolution("inch") == (300, 300)


def test_factors_that_are_none(tmp_path: Path) -> None:
    Image.fromarray(_CLEAN).save(tmp_path / "in.png")
    for factor in (1, 5, 2.5):
        done = recon_here("upscale", tmp_path / "in.png", "--factor", factor)
        assert (done.exit_code, "--factor" in done.stderr) == (2, True)
