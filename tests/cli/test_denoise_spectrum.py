"""Correlated noise through the command: `--noise-spectrum`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import convolve
from skimage import data

from ..workflows.denoising.noise_corpus import demosaicked, jpeg
from .run import recon_here

CLEAN = data.camera()[60:316, 100:356].reshape(128, 2, 128, 2).mean((1, 3))
SMOOTH = np.outer([1, 2, 1], [1, 2, 1]) / 16


def _noise(side: int, seed: int) -> NDArray[np.float64]:
    noise = convolve(np.random.default_rng(seed).standard_normal((side, side)), SMOOTH, mode="wrap")
    correlated: NDArray[np.float64] = 15 * noise / noise.std()
    return correlated


NOISY = np.rint((CLEAN + _noise(128, 0)).clip(0, 255)).astype(np.uint8)


def _denoised(folder: Path, image: NDArray[Any], *flags: object) -> tuple[NDArray[Any], dict[str, Any]]:
    np.save(folder / "in.npy", image)
    done = recon_here("denoise", folder / "in.npy", "-o", folder / "out.npy", "--overwrite", "--json", *flags)
    assert done.exit_code == 0, done.stderr
    return np.load(folder / "out.npy"), {"said": done.stderr, **json.loads(done.stdout)}


def _psnr(image: NDArray[Any], truth: NDArray[Any]) -> float:
    return float(-10 * np.log10(np.mean((image / 255 - truth / 255) ** 2)))


@pytest.mark.slow
def test_the_spectrum_beats_the_best_level(tmp_path: Path) -> None:
    np.save(tmp_path / "dark.npy", 100 + _noise(160, 1))
    best = max(_psnr(_denoised(tmp_path, NOISY, "--sigma", sigma)[0], CLEAN) for sigma in (15, 20, 25))
    for flags in (["auto"], [tmp_path / "dark.npy"], ["auto", "--sigma", 15]):
        result, report = _denoised(tmp_path, NOISY, "--noise-spectrum", *flags)
        assert _psnr(result, CLEAN) > best + 0.3
        assert report["sigma"] == pytest.approx(15, rel=0.1)
        assert "correlated noise" in report["said"]
    said = _denoised(tmp_path, NOISY, "--sigma", "auto", "--mode", "unrolled")[1]["said"]
    assert "the noise is correlated, and stronger than that; try --noise-spectrum auto" in said


@pytest.mark.parametrize("flags", ["--mode full --max-iter 300", "--method tv", "--method crr"])
def test_the_weighted_minimum_is_certified(tmp_path: Path, flags: str) -> None:
    result, report = _denoised(tmp_path, NOISY[:64, :64], "--noise-spectrum", "auto", *flags.split())
    assert _psnr(result, CLEAN[:64, :64]) > _psnr(NOISY[:64, :64], CLEAN[:64, :64]) + 1.5
    assert report["gap"] is not None


@pytest.mark.slow
def test_holes_tiles_and_planes_without_noise(tmp_path: Path) -> None:
    stack = np.stack([NOISY, np.full_like(NOISY, 70), NOISY[::-1]]).astype(np.float32)
    stack[0, 30:34, 20:90] = np.nan
    flags = ["--noise-spectrum", "auto", "--range", "0,255", "--mode", "unrolled"]
    result, _ = _denoised(tmp_path, stack, *flags)
    assert np.isfinite(result).all()
    np.testing.assert_array_equal(result[1], stack[1])
    assert _psnr(result[0], CLEAN) > 24
    large = np.tile(NOISY, (2, 3))
    tiled, report = _denoised(tmp_path, large, *flags, "--memory", "100MiB")
    assert report["tiles"] > 1
    whole, _ = _denoised(tmp_path, large, *flags)
    assert np.sqrt(np.mean((tiled.astype(float) - whole) ** 2)) < 0.6  # bytes, after two steps


@pytest.mark.slow
def test_a_demosaicked_jpeg(tmp_path: Path) -> None:
    clean = data.chelsea()[:300, :450].reshape(150, 2, 225, 2, 3).mean((1, 3))[:144, 40:184]
    noisy = jpeg(demosaicked(clean + 20 * np.random.default_rng(1).standard_normal(clean.shape)), 95)
    found, _ = _denoised(tmp_path, noisy, "--noise-spectrum", "auto")
    usual, _ = _denoised(tmp_path, noisy, "--sigma", "auto")
    assert _psnr(found, clean) > max(28.2, _psnr(usual, clean) + 1.5)


def test_what_does_not_go_together_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "in.npy", NOISY)
    np.save(tmp_path / "flat.npy", np.zeros((40, 40)))
    np.save(tmp_path / "map.npy", np.full(NOISY.shape, 3.0))
    for flags, said in (
        (["--noise", "poisson", "--gain", 1], "--noise-spectrum is for Gaussian noise"),
        (["--sigma", tmp_path / "map.npy"], "--noise-spectrum takes a number for --sigma, not a map"),
        (["--noise-spectrum", tmp_path / "flat.npy"], "is no image of noise alone"),
        (["--method", "nlm", "--sigma", 10], "nothing else"),
    ):
        done = recon_here("denoise", tmp_path / "in.npy", "--noise-spectrum", "auto", *flags)
        assert done.exit_code in (1, 2)
        assert said in done.stderr
