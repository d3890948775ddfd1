from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from recon_cli.errors import ReconError
from recon_cli.files.images import read_picture
from recon_cli.files.images.holes import HoleFinder
from recon_cli.files.images.picture import Picture

from .pictures import with_alpha


def _picture(array: NDArray[Any]) -> Picture:
    return with_alpha(array, "in.npy")


def test_an_image_with_all_its_data_has_no_holes() -> None:
    for array in (np.zeros((5, 6), np.uint8), np.zeros((2, 5, 6)), np.full((5, 6, 4), 9, np.uint8)):
        assert HoleFinder().find(_picture(array)) is None
        assert HoleFinder(nodata=77).find(_picture(array)) is None


def test_what_is_not_finite_is_a_hole_of_all_colours() -> None:
    array = np.zeros((2, 5, 6, 3))
    array[1, 2, 3, 0], array[1, 4, 0, 2], array[0, 1, 1, 1] = np.nan, np.inf, -np.inf
    holes = HoleFinder().find(_picture(array))
    assert holes is not None
    assert holes.said == "3 pixels without data (3 NaN or infinite)"
    assert set(zip(*np.nonzero(holes.where), strict=True)) == {(0, 1, 1), (1, 2, 3), (1, 4, 0)}


def test_nodata_is_given_or_named_by_the_file(tmp_path: Path) -> None:
    array = np.arange(30, dtype=np.int16).reshape(5, 6)
    array[1, 2] = -9999
    place = tmp_path / "in.tif"
    tifffile.imwrite(place, array, extratags=[(42113, "s", 0, "-9999", True)])
    picture = read_picture(place)
    assert picture.nodata == -9999
    for finder, found in ((HoleFinder(), (1, 2)), (HoleFinder(nodata=7), (1, 1))):
        holes = finder.find(picture)
        assert holes is not None
        assert holes.said == "1 pixels without data (1 nodata)"
        assert holes.where[0][found]
    tifffile.imwrite(place, array, extratags=[(42113, "s", 0, "none", True)])
    assert read_picture(place).nodata is None


def test_transparent_pixels_are_holes_unless_all_are() -> None:
    array = np.full((5, 6, 4), 9, np.uint8)
    array[2, 3, 3] = 0
    holes = HoleFinder().find(_picture(array))
    assert holes is not None
    assert holes.said == "1 pixels without data (1 transparent)"
    array[..., 3] = 0
    assert HoleFinder().find(_picture(array)) is None


def test_a_mask_is_white_where_there_are_data(tmp_path: Path) -> None:
    mask = np.full((5, 6), 255, np.uint8)
    mask[4, :2] = 0
    Image.fromarray(mask).save(tmp_path / "mask.png")
    holes = HoleFinder(mask=tmp_path / "mask.png").find(_picture(np.zeros((3, 5, 6))))
    assert holes is not None
    assert holes.said == "6 pixels without data (6 masked)"
    np.testing.assert_array_equal(holes.where, np.stack([mask == 0] * 3))
    every = np.ones((3, 5, 6), bool)
    every[1, 0, 0] = False
    np.save(tmp_path / "mask.npy", every)
    holes = HoleFinder(mask=tmp_path / "mask.npy").find(_picture(np.zeros((3, 5, 6))))
    assert holes is not None
    np.testing.assert_array_equal(holes.where, ~every)
    for shape in ((4, 5, 6), (5, 5)):
        with pytest.raises(ReconError, match="a mask is grey, of one plane or as many"):
            HoleFinder(mask=tmp_path / "mask.npy").find(_picture(np.zeros(shape)))


def test_a_plane_without_any_data_is_refused() -> None:
    stack = np.zeros((3, 5, 6))
    stack[1] = np.nan
    with pytest.raises(ReconError, match=r"plane 1 of in.npy has no pixel with data \(30 NaN or infinite\)"):
        HoleFinder().find(_picture(stack))


def test_hot_pixels_are_holes_that_are_counted_apart(tmp_path: Path) -> None:
    stack = np.random.default_rng(0).normal(100, 3, (2, 40, 50))
    stack[1, 20, 30], stack[0, 7, 8] = 300, np.nan
    holes = HoleFinder(hot="auto").find(_picture(stack))
    assert holes is not None
    assert holes.hot is not None
    assert np.argwhere(holes.hot).tolist() == [[1, 20, 30]]
    assert np.argwhere(holes.where).tolist() == [[0, 7, 8], [1, 20, 30]]
    words = "1 pixels without data (1 NaN or infinite) {}, 1 hot or dead pixels filled"
    assert [holes.describe(kept) for kept in (True, False)] == [words.format("kept"), words.format("filled")]
    Image.fromarray(np.uint8(stack[0] > 105)).save(tmp_path / "hot.png")
    holes = HoleFinder(hot=tmp_path / "hot.png").find(_picture(np.zeros((2, 40, 50))))
    assert holes is not None
    np.testing.assert_array_equal(holes.where, [stack[0] > 105] * 2)
    assert holes.describe(kept=True) == f"{holes.where.sum()} hot or dead pixels filled"
    assert HoleFinder(hot="auto").find(_picture(np.zeros((2, 40, 50)))) is None
    with pytest.raises(ReconError, match="a map of hot pixels is grey, of one plane or as many"):
        HoleFinder(hot=tmp_path / "hot.png").find(_picture(np.zeros((2, 40, 40))))
