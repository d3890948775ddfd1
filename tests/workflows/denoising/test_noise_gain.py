from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from skimage import data

from recon_cli.errors import ReconError
from recon_cli.workflows.denoising.noise_gain import estimate_counts

SIZE = 320
LIGHT = 300.0
"""Electrons of the brightest pixels."""


def _scenes() -> dict[str, NDArray[np.float64]]:
    """Return images with values up to 1."""
    random = np.random.default_rng(5)
    rows, cols = np.mgrid[:SIZE, :SIZE]
    cells = np.zeros((SIZE, SIZE))
    for row, col, size, light in random.uniform((0, 0, 6, 0.2), (SIZE, SIZE, 18, 1), (90, 4)):
        cells += light * np.exp(-((rows - row) ** 2 + (cols - col) ** 2) / (2 * size**2))
    mosaic = random.random((8, 8)).repeat(SIZE // 8, 0).repeat(SIZE // 8, 1)
    return {
        "cells": 0.05 + 0.95 * cells / cells.max(),
        "mosaic": 0.05 + 0.95 * gaussian_filter(mosaic, 1),
        "photograph": data.camera()[:SIZE, :SIZE].astype(np.float64) / 255,
        "sky": 0.05 + 0.9 * cols / SIZE,
    }


SCENES = _scenes()


def _counts(scene: NDArray[np.float64], gain: float, read_noise: float, offset: float) -> NDArray[np.float64]:
    random = np.random.default_rng(0)
    counts = gain * random.poisson(LIGHT * scene) + read_noise * random.standard_normal(scene.shape)
    return np.rint(counts + offset)[None]


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize(("gain", "read_noise"), [(0.5, 3), (2, 10), (20, 10)])
def test_gain_and_read_noise_are_found(scene: str, gain: float, read_noise: float) -> None:
    clean, model = SCENES[scene], estimate_counts(_counts(SCENES[scene], gain, read_noise, 100), 100)
    assert model.gain == pytest.approx(gain, rel=0.1)
    for electrons in LIGHT * np.quantile(clean, (0.05, 0.5, 0.95)):
        found = math.sqrt(model.gain**2 * electrons + model.read_noise**2)
        assert found == pytest.approx(math.sqrt(gain**2 * electrons + read_noise**2 + 1 / 12), rel=0.06)


@pytest.mark.parametrize("scene", SCENES)
def test_a_read_noise_that_counts_is_found_and_one_that_is_known_is_kept(scene: str) -> None:
    dark = _counts(0.1 * SCENES[scene], 2, 8, 50)
    assert estimate_counts(dark, 50).read_noise == pytest.approx(8, rel=0.1)
    known = estimate_counts(dark, 50, 8.0)
    assert (known.gain, known.read_noise, known.offset) == (pytest.approx(2, rel=0.1), 8.0, 50)


def test_holes_fill_and_cut_values_do_not_count() -> None:
    counts = _counts(SCENES["cells"], 2, 5, 100)
    whole = estimate_counts(counts, 100).gain
    holes = np.zeros(counts.shape, np.bool_)
    holes[:, 100:200, 50:300] = True
    broken = np.where(holes, 3 * counts, counts)
    broken[:, :40] = 200
    assert estimate_counts(broken, 100, holes=holes).gain == pytest.approx(whole, rel=0.1)
    cut = counts.clip(None, np.quantile(counts, 0.8))
    assert estimate_counts(cut, 100).gain == pytest.approx(whole, rel=0.1)


def test_what_cannot_be_found_is_said() -> None:
    flat, sky = np.full((SIZE, SIZE), 0.5), SCENES["sky"]
    noise = 10 * np.random.default_rng(1).standard_normal((1, SIZE, SIZE))
    for counts, said in (
        (_counts(flat, 2, 5, 100), "cannot be told well enough in this image to find the gain"),
        (600 * sky[None] + noise, "cannot be told well enough in this image to find the gain"),
        (np.full((1, 64, 64), 7.0), "too few places of unequal brightness"),
        (_counts(sky[:7], 2, 5, 100), "too few places of unequal brightness"),
    ):
        with pytest.raises(ReconError, match=f"{said}.*give it with --gain, or take --sigma auto"):
            estimate_counts(counts, 100)
    with pytest.raises(ReconError, match=r"vanishes at 38\d.*, not at --offset 0; give --offset 38\d"):
        estimate_counts(_counts(sky, 2, 5, 400))
