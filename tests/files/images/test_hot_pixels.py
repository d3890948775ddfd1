from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data

from recon_cli.files.images.hot_pixels import find_hot_pixels

SIDE = 256


def _stars(blur: float, seed: int) -> NDArray[np.float64]:
    """Return counts of a sky of 250 stars, faint and bright, with noise."""
    random = np.random.default_rng(seed)
    rows, cols = np.mgrid[:SIDE, :SIDE]
    sky = np.full((SIDE, SIDE), 100.0)
    for row, col in random.uniform(5, SIDE - 5, (250, 2)):
        here = np.s_[max(0, int(row) - 9) : int(row) + 10, max(0, int(col) - 9) : int(col) + 10]
        away = (rows[here] - row) ** 2 + (cols[here] - col) ** 2
        sky[here] += 60 * (1 + random.pareto(1.2)) * np.exp(-away / (2 * blur**2))
    return random.poisson(sky) + 5 * random.standard_normal(sky.shape)


def _broken(image: NDArray[np.float64], seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    random, hot = np.random.default_rng(seed), np.zeros(image.shape, np.bool_)
    hot.ravel()[random.choice(image.size, 200, replace=False)] = True
    return np.where(hot, image + random.uniform(300, 5000, image.shape), image), hot


@pytest.mark.parametrize("blur", [1.0, 1.25, 1.5])
def test_hot_pixels_are_found_and_no_star_is(blur: float) -> None:
    stars = _stars(blur, 1)
    assert not find_hot_pixels(stars).any()
    assert not find_hot_pixels(-stars).any()
    found = find_hot_pixels(_broken(stars)[0])
    hot = _broken(stars)[1]
    assert (found & hot).sum() >= 195
    assert not (found & ~hot).any()


def test_dead_pixels_and_pairs_are_found() -> None:
    image = data.camera()[:200, :200].astype(np.float64)
    noisy = image + 5 * np.random.default_rng(0).standard_normal(image.shape)
    before = find_hot_pixels(noisy)
    broken = noisy.copy()
    broken[20, 30], broken[60, 61], broken[60, 62], broken[0, 0] = 0, 700, 900, 800
    found = np.argwhere(find_hot_pixels(broken) & ~before)
    assert found.tolist() == [[0, 0], [20, 30], [60, 61], [60, 62]]


@pytest.mark.parametrize("name", ["camera", "brick", "grass", "text", "page", "coins"])
def test_hardly_any_pixel_of_a_photograph_is_taken_for_hot(name: str) -> None:
    image = getattr(data, name)().astype(np.float64)
    assert find_hot_pixels(image).mean() < 3e-4
    noise = 10 * np.random.default_rng(0).standard_normal(image.shape)
    assert find_hot_pixels(image + noise).mean() < 1e-4


def test_few_photons_are_no_hot_pixels_nor_is_an_image_without_anything() -> None:
    random = np.random.default_rng(0)
    for light in (0.05, 1, 5):
        assert find_hot_pixels(random.poisson(light, (SIDE, SIDE))).sum() <= 1
    assert not find_hot_pixels(np.full((40, 40), 3, np.uint8)).any()
    assert not find_hot_pixels(np.full((40, 40), np.nan)).any()
