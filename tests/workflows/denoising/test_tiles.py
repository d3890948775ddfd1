from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import data

from recon_cli.priors import DictionaryPrior
from recon_cli.solver import Solver
from recon_cli.workflows.denoising.tiles import OVERLAP, smallest, tiles

from ...photograph import denoise_by


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 3000), st.integers(1, 3000), st.integers(172**2, 10**6), st.integers(0, 70))
def test_tiles_cover_an_image_once_within_their_limit(
    height: int, width: int, pixels: int, frame: int
) -> None:
    count = np.zeros((height, width), np.uint8)
    pixels = max(pixels, smallest(height, width, frame))
    for tile in tiles(height, width, pixels, frame):
        count[tile.own] += 1
        shape = [part.stop - part.start for part in tile.reach]
        assert (shape[0] + frame) * (shape[1] + frame) <= pixels
        inside = np.zeros(shape, bool)
        inside[tile.inner] = True
        assert inside.sum() == np.prod([part.stop - part.start for part in tile.own])
        for own, reach, length in zip(tile.own, tile.reach, (height, width), strict=True):
            assert reach.start in (0, own.start - OVERLAP)
            assert reach.stop in (length, own.stop + OVERLAP)
    assert (count == 1).all()


def test_a_small_image_is_one_tile() -> None:
    (tile,) = tiles(100, 200, 20_000)
    assert tile.own == tile.reach == tile.inner == (slice(0, 100), slice(0, 200))


def test_the_smallest_tile() -> None:
    assert (smallest(1000, 1000), smallest(1000, 1000, 9), smallest(30, 40, 9)) == (172**2, 181**2, 39 * 49)


def test_the_cut_between_two_tiles_cannot_be_seen() -> None:
    clean = data.camera()[100:164, :480].astype(np.float32) / 255
    noise = np.random.default_rng(2).standard_normal(clean.shape).astype(np.float32)
    noisy, prior = clean + np.float32(25 / 255) * noise, DictionaryPrior("sigma25-mean-free")
    solver = Solver("unrolled")  # of which the cut is 20 times as large as of the minimum
    whole = denoise_by(prior, noisy[None], 25, solver).image[0]
    parts = np.empty_like(whole)
    halves = list(tiles(*clean.shape, 172**2))
    assert [half.own[1] for half in halves] == [slice(0, 240), slice(240, 480)]
    for half in halves:
        parts[half.own] = denoise_by(prior, noisy[half.reach][None], 25, solver).image[0][half.inner]
    assert np.abs(parts - whole).max() < 1e-3
