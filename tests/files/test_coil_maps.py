from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.io

from recon_cli.errors import ReconError
from recon_cli.files.coil_maps import read_maps

from .complex_arrays import normal, write_bart

_MAPS = normal(4, 6, 5)


def test_npy_and_npz(tmp_path: Path) -> None:
    np.save(tmp_path / "one.npy", _MAPS[0])
    np.save(tmp_path / "frame.npy", _MAPS[None].astype(np.complex128))
    np.savez(tmp_path / "named.npz", mps=_MAPS, other=np.ones(3))
    np.savez(tmp_path / "only.npz", sensitivities=_MAPS)
    np.testing.assert_array_equal(read_maps(tmp_path / "one.npy"), _MAPS[:1])
    for name in ("frame.npy", "named.npz", "only.npz"):
        maps = read_maps(tmp_path / name)
        assert maps.dtype == np.complex64
        np.testing.assert_array_equal(maps, _MAPS)


def test_each_slice_may_have_its_own(tmp_path: Path) -> None:
    np.save(tmp_path / "m.npy", normal(2, 4, 6, 5))
    np.testing.assert_array_equal(read_maps(tmp_path / "m.npy"), normal(2, 4, 6, 5))


def test_matlab_has_its_coils_last(tmp_path: Path) -> None:
    scipy.io.savemat(tmp_path / "m.mat", {"sens": _MAPS.transpose(1, 2, 0), "weights": np.ones((6, 5))})
    np.testing.assert_array_equal(read_maps(tmp_path / "m.mat"), _MAPS)


@pytest.mark.parametrize("factors", [(1,), (1, 0), (1, 2), (1, 2, 3)])
@pytest.mark.parametrize("lead", [(6, 5, 1), (1, 6, 5)])
def test_two_sets_of_ecalib_where_there_are_two(
    tmp_path: Path, factors: tuple[int, ...], lead: tuple[int, ...]
) -> None:
    stored = np.stack([_MAPS.transpose(1, 2, 0).reshape(*lead, 4) * factor for factor in factors], -1)
    write_bart(tmp_path / "m", stored)
    two = len(factors) > 1 and factors[1]
    np.testing.assert_array_equal(
        read_maps(tmp_path / "m"), np.stack([_MAPS, 2 * _MAPS])[None] if two else _MAPS
    )


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        (np.ones((4, 6, 5)), "m.npy holds real values .float64., but coil maps are complex"),
        (np.zeros((4, 6, 5), complex), "m.npy holds no energy"),
        (
            np.full((1, 1, 1), np.nan + 0j),
            "m.npy has 1 NaN or infinite values, the first at coil 0, y 0, x 0",
        ),
        (normal(5), "m.npy has 1 axes"),
    ],
)
def test_what_are_no_maps_is_refused(tmp_path: Path, array: np.ndarray, sentence: str) -> None:
    np.save(tmp_path / "m.npy", array)
    with pytest.raises(ReconError, match=sentence):
        read_maps(tmp_path / "m.npy")


@pytest.mark.parametrize("wrong", [(0,), (1,), (0, 1)])
def test_values_of_either_set_that_are_not_finite_are_refused(tmp_path: Path, wrong: tuple[int, ...]) -> None:
    maps = np.ascontiguousarray(_MAPS.transpose(1, 2, 0)[:, :, None], np.complex64)
    sets = [maps, maps.copy()]
    for one in wrong:
        sets[one].view(np.uint32)[2, 3, 0, 0] = 0x7F800001  # a NaN that warns where it is compared
    write_bart(tmp_path / "m", np.stack(sets, -1))
    with pytest.raises(ReconError, match="has 1 NaN or infinite values, the first at"):
        read_maps(tmp_path / "m")


def test_other_formats_are_named(tmp_path: Path) -> None:
    (tmp_path / "m.txt").write_text("1 0 1")
    with pytest.raises(ReconError, match=r"m.txt holds no coil maps: npy, npz"):
        read_maps(tmp_path / "m.txt")
