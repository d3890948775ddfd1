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


def _blurred(clean: np.ndarray, sigma: float = 2.0) -> np.ndarray:
    axes = (1.2, 1.2) if clean.ndim == 2 else (1.2, 1.2, 0)
    seen = gaussian_filter(clean.astype(float), axes, mode="reflect")
    noisy = seen + sigma * np.random.default_rng(0).standard_normal(clean.shape)
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


@pytest.mark.slow
def test_a_blur_is_undone_without_anything_to_tune(tmp_path: Path) -> None:
    Image.fromarray(_CLEAN).save(tmp_path / "clean.png")
    Image.fromarray(_blurred(_CLEAN)).save(tmp_path / "in.png")
    for method, gain in (("model", 3.0), ("tv", 2.5)):
        done = recon_here(
            "deconvolve", tmp_path / "in.png", "--psf", "gaussian:1.2", "--reference", tmp_path / "clean.png",
            "--json", "-q", "--overwrite", "--method", method,
        )  # fmt: skip
        assert done.exit_code == 0, done.stderr
        said = json.loads(done.stdout)
        assert said["sigma"] == pytest.approx(2, rel=0.3)  # estimated
        assert said["psnr"] > said["psnr_input"] + gain


@pytest.mark.slow
def test_stacks_go_plane_by_plane_and_colours_together(tmp_path: Path) -> None:
    colour = data.coffee()[100:140, 200:248]
    Image.fromarray(_blurred(colour)).save(tmp_path / "colour.png")
    stack = np.stack([_blurred(_CLEAN), _blurred(_CLEAN[::-1])]).astype(np.uint16) * 100
    tifffile.imwrite(tmp_path / "stack.tif", stack, photometric="minisblack")
    for name in ("colour.png", "stack.tif"):
        done = recon_here(
            "deconvolve", tmp_path / name, "--psf", "gaussian:1.2", "--sigma", 2, "-q", "--max-iter", 12
        )
        assert done.exit_code == 0, done.stderr
    sharp = np.asarray(Image.open(tmp_path / "colour_deconvolved.png")).astype(float)
    assert np.abs(sharp - colour).mean() < 0.9 * np.abs(_blurred(colour) - colour.astype(float)).mean()
    planes = tifffile.imread(tmp_path / "stack_deconvolved.tif")
    assert (planes.shape, planes.dtype) == (stack.shape, stack.dtype)
    errors = [
        np.abs(plane / 100.0 - clean).mean()
        for plane, clean in zip(planes, (_CLEAN, _CLEAN[::-1]), strict=True)
    ]
    assert max(errors) < np.abs(stack[0] / 100.0 - _CLEAN).mean()


def test_what_was_made_of_the_kernel_is_said(tmp_path: Path) -> None:
    Image.fromarray(_blurred(_CLEAN)).save(tmp_path / "in.png")
    np.save(tmp_path / "psf.npy", np.full((4, 4), 2.0))
    done = recon_here(
        "deconvolve", tmp_path / "in.png", "--psf", tmp_path / "psf.npy", "--sigma", 2, "--max-iter", 12
    )
    assert "its sum 32 made 1, its centre of mass (1.50, 1.50) taken for row 2, column 2" in done.stderr


def test_a_kernel_larger_than_the_picture_is_refused(tmp_path: Path) -> None:
    Image.fromarray(_CLEAN).save(tmp_path / "in.png")
    done = recon_here("deconvolve", tmp_path / "in.png", "--psf", "disk:40", "--sigma", 2)
    assert done.exit_code == 1
    assert "more than" in done.stderr
    assert done.stderr.count("\n") == 1


def test_counts_are_weighted_by_their_noise(tmp_path: Path) -> None:
    mean = gaussian_filter(_CLEAN.astype(float), 1.2)
    counts = 2 * np.random.default_rng(0).poisson(mean) + 100
    tifffile.imwrite(tmp_path / "in.tif", counts.astype(np.uint16))
    command = (
        "deconvolve",
        tmp_path / "in.tif",
        "--psf",
        "gaussian:1.2",
        "--max-iter",
        12,
        "--noise",
        "poisson",
    )
    done = recon_here(*command, "--gain", 2, "--offset", 100)
    assert done.exit_code == 0, done.stderr
    assert "counts with gain 2, weighted by sigma" in done.stderr
    sharp = (tifffile.imread(tmp_path / "in_deconvolved.tif").astype(float) - 100) / 2
    assert np.abs(sharp - _CLEAN).mean() < 0.9 * np.abs((counts - 100) / 2 - _CLEAN).mean()
    assert "--noise poisson needs --gain" in recon_here(*command).stderr
    assert "--sigma is for Gaussian noise" in recon_here(*command, "--gain", 2, "--sigma", "auto").stderr
