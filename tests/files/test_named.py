from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from recon_cli.errors import ReconError
from recon_cli.files.named import read_folder


def test_usable_images_are_read_and_the_rest_named(tmp_path: Path) -> None:
    np.save(tmp_path / "b.npy", np.full((12, 9), 0.5, np.float32))
    np.save(tmp_path / "a.npy", np.full((9, 12), 0.25, np.float32))
    np.save(tmp_path / "c.npy", np.zeros((3, 20), np.float32))
    np.save(tmp_path / "d.npy", np.full((20, 20), np.inf, np.float32))
    (tmp_path / "e.txt").touch()
    np.save(tmp_path / ".recon-0123456789abcdef.npy", np.full((9, 9), 0.75, np.float32))
    images, skipped = read_folder(tmp_path, 9)
    assert [image.shape for image in images] == [(9, 12), (12, 9)]
    assert len(skipped) == 2
    assert "c.npy has 3 x 20 pixels" in skipped[0]
    assert "d.npy has 400 NaN or infinite pixels" in skipped[1]


def test_nothing_usable_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReconError, match="no usable image"):
        read_folder(tmp_path, 9)
    with pytest.raises(ReconError, match="does not exist"):
        read_folder(tmp_path / "nowhere", 9)


def test_colours_are_luma_and_stacks_planes(tmp_path: Path) -> None:
    Image.fromarray(np.full((12, 9, 3), (255, 0, 0), np.uint8)).save(tmp_path / "a.jpg", quality=95)
    tifffile.imwrite(tmp_path / "b.tif", np.zeros((2, 12, 11), np.uint16), photometric="minisblack")
    images, skipped = read_folder(tmp_path, 9)
    assert [image.shape for image in images] == [(12, 9), (12, 11), (12, 11)]
    np.testing.assert_allclose(images[0], 0.299, atol=0.02)
    assert skipped == []
