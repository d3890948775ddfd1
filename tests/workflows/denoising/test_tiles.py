from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_cli.workflows.denoising.tiles import OVERLAP, smallest, tiles


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
