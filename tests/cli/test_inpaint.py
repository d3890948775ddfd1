from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from recon_cli.quality.metrics import psnr

from .run import recon_here

_CLEAN = data.camera()[90:154, 220:284]


def _holes(folder: Path, sigma: float = 5.0) -> tuple[Path, Path, Path]:
    rng = np.random.default_rng(0)
    measured = rng.random(_CLEAN.shape) < 0.5
    noisy = np.clip(np.rint(_CLEAN + sigma * rng.standard_normal(_CLEAN.shape)), 0, 255) * measured
    names = [folder / name for name in ("in.png", "mask.png", "clean.png")]
    for name, pixels in zip(names, (noisy, 255 * measured, _CLEAN), strict=True):
        Image.fromarray(pixels.astype(np.uint8)).save(name)
    return names[0], names[1], names[2]


def test_half_of_the_pixels_are_filled_far_better_than_by_their_neighbours(tmp_path: Path) -> None:
    source, mask, clean = _holes(tmp_path)
    words = ["inpaint", source, "--mask", mask, "--sigma", 5, "--reference", clean, "--json", "-q"]
    done = recon_here(*words)
    assert done.exit_code == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["output"].endswith("in_inpainted.png")
    assert said["converged"]
    assert 0 <= said["gap"] <= 1
    assert said["psnr"] > said["psnr_input"] + 4
    filled = np.asarray(Image.open(tmp_path / "in_inpainted.png"))
    assert psnr(filled / 255, _CLEAN / 255) == pytest.approx(said["psnr"], abs=0.05)


@pytest.mark.slow
def test_pixels_without_noise_hardly_change(tmp_path: Path) -> None:
    source, mask, _ = _holes(tmp_path, sigma=0)
    done = recon_here("inpaint", source, "--mask", mask, "-q")
    assert done.exit_code == 0, done.stderr
    measured = np.asarray(Image.open(mask)) > 0
    filled = np.asarray(Image.open(tmp_path / "in_inpainted.png")).astype(float)
    assert np.sqrt(np.mean((filled - _CLEAN)[measured] ** 2)) < 1.2


def test_a_picture_without_holes_leaves_nothing_to_fill(tmp_path: Path) -> None:
    _, _, clean = _holes(tmp_path)
    done = recon_here("inpaint", clean)
    assert done.exit_code == 1
    assert "has no pixel without data, so there is nothing to fill" in done.stderr


def test_a_mask_without_data_is_refused(tmp_path: Path) -> None:
    source, _, _ = _holes(tmp_path)
    Image.fromarray(np.zeros_like(_CLEAN)).save(tmp_path / "black.png")
    done = recon_here("inpaint", source, "--mask", tmp_path / "black.png")
    assert done.exit_code == 1
    assert "has no pixel with data" in done.stderr
