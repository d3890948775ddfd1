from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.files.folders import read_folder


def test_usable_images_are_read_and_the_rest_named(tmp_path: Path) -> None:
    np.save(tmp_path / "b.npy", np.full((12, 9), 0.5, np.float32))
    np.save(tmp_path / "a.npy", np.full((9, 12), 0.25, np.float32))
    np.save(tmp_path / "c.npy", np.zeros((3, 20), np.float32))
    np.save(tmp_path / "d.npy", np.full((20, 20), np.inf, np.float32))
    (tmp_path / "e.txt").touch()
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
