from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.files.images.maps import fitted, read_map


def test_a_map_keeps_the_values_of_its_file(tmp_path: Path) -> None:
    values = np.array([[0.5, 300, -2]], np.float32)
    np.save(tmp_path / "map.npy", values)
    np.testing.assert_array_equal(read_map(tmp_path / "map.npy", "a map"), values[None])
    np.save(tmp_path / "colour.npy", np.zeros((4, 5, 3)))
    with pytest.raises(ReconError, match=r"colour.npy has shape \(4, 5, 3\); a map is grey"):
        read_map(tmp_path / "colour.npy", "a map")


def test_a_map_has_one_plane_or_all() -> None:
    one = np.arange(6).reshape(1, 2, 3)
    np.testing.assert_array_equal(fitted(one, (4, 2, 3), "m.tif", "a map"), np.concatenate([one] * 4))
    for shape in ((4, 3, 2), (2, 2, 3)):
        with pytest.raises(ReconError, match=r"m.tif has shape \(3, 2, 3\), and .* as many"):
            fitted(np.zeros((3, 2, 3)), shape, "m.tif", "a map")
