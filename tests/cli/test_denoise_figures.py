"""What is promised of data as instruments write them, in dB, through the command without further options."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from .run import recon_here

pytestmark = pytest.mark.slow

_EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@cache
def _clean() -> NDArray[np.float64]:
    """Return the photograph that the examples have, 256 x 256, in [0, 1]."""
    pixels: NDArray[np.float64] = np.asarray(Image.open(_EXAMPLES / "camera.png")).astype(np.float64) / 255
    return pixels


def _with_noise(sigma: float, black: float, height: float, dtype: str) -> NDArray[Any]:
    values = black + height * (_clean() + sigma / 255 * np.random.default_rng(0).standard_normal((256, 256)))
    return _stored(values, np.dtype(dtype))


def _stored(values: NDArray[np.float64], dtype: np.dtype[Any]) -> NDArray[Any]:
    if dtype.kind == "f":
        return values.astype(dtype)
    return np.rint(values).clip(np.iinfo(dtype).min, np.iinfo(dtype).max).astype(dtype)


def _denoised(folder: Path, array: NDArray[Any], *flags: object) -> tuple[NDArray[Any], dict[str, Any]]:
    np.save(folder / "in.npy", array)
    done = recon_here("denoise", folder / "in.npy", "-o", folder / "out.npy", "--overwrite", "--json", *flags)
    assert done.exit_code == 0, done.stderr
    return np.load(folder / "out.npy"), json.loads(done.stdout)


def _psnr(image: NDArray[Any], truth: NDArray[Any], height: float) -> float:
    return float(20 * np.log10(height) - 10 * np.log10(np.mean((image.astype(np.float64) - truth) ** 2)))


@pytest.mark.parametrize(
    ("sigma", "black", "height", "dtype", "least"),
    [
        (20, 0, 255, "uint8", 31.6),
        (20, 0, 4095, "uint16", 31.6),
        (20, 32768, 4095, "uint16", 31.4),
        (20, 100, 300, "uint16", 31.4),
        (20, -2000, 6000, "int16", 31.4),
        (20, 0, 1e-3, "float32", 31.4),
        (7.7, -0.4, 0.8, "float32", 35.2),
    ],
)
def test_intensities_of_any_kind(
    tmp_path: Path, sigma: float, black: float, height: float, dtype: str, least: float
) -> None:
    noisy = _with_noise(sigma, black, height, dtype)
    result, report = _denoised(tmp_path, noisy, "--sigma", "auto")
    assert _psnr(result, black + height * _clean(), height) >= least
    assert report["converged"]


def test_a_bright_and_a_dim_channel_come_out_alike(tmp_path: Path) -> None:
    black, height = np.array([0, 500])[:, None, None], np.array([50_000, 400])[:, None, None]
    noise = np.random.default_rng(0).standard_normal((2, 256, 256))
    stored = _stored(black + height * (_clean() + 20 / 255 * noise), np.dtype(np.uint16))
    tifffile.imwrite(tmp_path / "in.ome.tif", stored, ome=True, metadata={"axes": "CYX"})
    done = recon_here("denoise", tmp_path / "in.ome.tif", "--sigma", "auto")
    assert done.exit_code == 0, done.stderr
    result = tifffile.imread(tmp_path / "in_denoised.ome.tif")
    for channel in range(2):
        low, width = float(black[channel, 0, 0]), float(height[channel, 0, 0])
        assert _psnr(result[channel], low + width * _clean(), width) >= 31.6


def test_colours_of_unequal_noise(tmp_path: Path) -> None:
    clean = data.coffee().reshape(200, 2, 300, 2, 3).mean((1, 3))[20:180, 60:220]
    noisy = clean + np.array([8, 4, 24]) * np.random.default_rng(1).standard_normal(clean.shape)
    stored = _stored(noisy, np.dtype(np.uint8))
    scores = {}
    for flags in (("8,4,24",), ("auto",), ("8,4,24", "--color", "channels")):
        scores[flags] = _psnr(_denoised(tmp_path, stored, "--sigma", *flags)[0], clean, 255)
    given, found, apart = scores.values()
    assert min(given, found) >= max(32.7, apart)


def test_hot_pixels_leave_no_rings(tmp_path: Path) -> None:
    broken, random = _with_noise(2.5, 0, 1, "float32"), np.random.default_rng(5)
    whole = _psnr(_denoised(tmp_path, broken, "--sigma", 2.5, "--range", "0,1")[0], _clean(), 1)
    places = random.integers(8, 120, (6, 2))
    broken[tuple(places.T)] = random.uniform(1.5, 4, 6)
    result, report = _denoised(tmp_path, broken, "--sigma", 2.5, "--range", "0,1", "--hot-pixels", "auto")
    assert report["hot_pixels"] >= 6
    assert whole >= 43.5
    assert _psnr(result, _clean(), 1) >= 43.0
