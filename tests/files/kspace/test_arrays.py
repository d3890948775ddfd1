from __future__ import annotations

import pickle
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from recon_cli.errors import ReconError
from recon_cli.files.kspace.arrays import read_npz
from recon_cli.files.kspace.read import read_kspace

from ..complex_arrays import normal


class _Explosive:
    def __reduce__(self) -> tuple[object, ...]:
        return pytest.fail, ("unpickled",)


def test_npy(tmp_path: Path) -> None:
    samples = normal(3, 8, 6, 5)
    np.save(tmp_path / "k.npy", samples)
    read = read_kspace(tmp_path / "k.npy")
    np.testing.assert_array_equal(read.samples, samples)
    assert (read.frame_shape, read.axes) == ((3,), "slice 3, coil 8, y 6, x 5")
    assert (read.layout, read.mask, read.maps, read.voxel) == ("npy", None, None, None)


def test_fortran_order_and_big_endian(tmp_path: Path) -> None:
    samples = normal(4, 6, 5)
    np.save(tmp_path / "k.npy", np.asfortranarray(samples.astype(">c16")))
    read = read_kspace(tmp_path / "k.npy")
    np.testing.assert_array_equal(read.samples[0], samples)
    assert read.frame_shape == ()


def test_letters_override(tmp_path: Path) -> None:
    samples = normal(6, 5, 8)
    np.save(tmp_path / "k.npy", samples)
    read = read_kspace(tmp_path / "k.npy", "yxc")
    np.testing.assert_array_equal(read.samples[0], samples.transpose(2, 0, 1))
    assert read.axes == "y 6, x 5, coil 8"


@settings(deadline=None, max_examples=30)
@given(hnp.array_shapes(min_dims=2, max_dims=5, min_side=1, max_side=6))
def test_any_shape_of_npz(shape: tuple[int, ...]) -> None:
    samples = normal(*shape)
    with tempfile.TemporaryDirectory() as folder:
        np.savez_compressed(Path(folder) / "k.npz", kspace=samples)
        read = read_kspace(Path(folder) / "k.npz")
    if len(shape) == 5:
        samples = samples.swapaxes(0, 1)
    np.testing.assert_array_equal(read.samples.ravel(), samples.ravel())
    assert read.samples.shape[2:] == shape[-2:]


@pytest.mark.parametrize("maps_name", ["maps", "mps"])
def test_npz_with_mask_and_maps(tmp_path: Path, maps_name: str) -> None:
    samples, maps = normal(4, 6, 5), normal(4, 6, 5, seed=1)
    mask = np.arange(30).reshape(6, 5) % 2
    np.savez(tmp_path / "k", something=samples, mask=mask, **{maps_name: maps})
    read = read_kspace(tmp_path / "k.npz")
    np.testing.assert_array_equal(read.samples[0], samples)
    np.testing.assert_array_equal(read.maps, maps)
    np.testing.assert_array_equal(read.mask, mask == 1)


def test_mask_and_maps_turn_with_the_samples(tmp_path: Path) -> None:
    samples, maps = normal(4, 6, 5), normal(4, 6, 5, seed=1)
    columns = np.array([1, 0, 1, 1, 0])
    np.savez(tmp_path / "k", kspace=samples, mask=columns, maps=maps)
    read = read_kspace(tmp_path / "k.npz", "cxy")
    np.testing.assert_array_equal(read.samples[0], samples.swapaxes(1, 2))
    np.testing.assert_array_equal(read.maps, maps.swapaxes(1, 2))
    np.testing.assert_array_equal(read.mask, np.repeat(columns[:, None] == 1, 6, 1))


def test_mask_and_maps_that_do_not_fit(tmp_path: Path) -> None:
    np.savez(tmp_path / "a", kspace=normal(4, 6, 5), mask=np.ones(7))
    with pytest.raises(ReconError, match=r"the mask in .*a.npz has shape .7,., but k-space has 6 rows"):
        read_kspace(tmp_path / "a.npz")
    np.savez(tmp_path / "b", kspace=normal(4, 6, 5), maps=normal(3, 6, 5))
    with pytest.raises(
        ReconError, match=r"the maps in .*b.npz have shape .3, 6, 5., but its k-space needs .4, 6, 5."
    ):
        read_kspace(tmp_path / "b.npz")


def test_an_unclear_npz_lists_its_arrays(tmp_path: Path) -> None:
    np.savez(tmp_path / "k", first=normal(6, 5), second=normal(6, 5))
    with pytest.raises(ReconError, match="several arrays, first, second"):
        read_kspace(tmp_path / "k.npz")


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    objects = np.array([_Explosive()], object)
    np.save(tmp_path / "k.npy", objects, allow_pickle=True)
    np.savez(tmp_path / "k.npz", kspace=objects)
    (tmp_path / "k.pickle").write_bytes(pickle.dumps(_Explosive()))
    for name, sentence in (
        ("k.npy", "holds object values"),
        ("k.npz", "holds object values"),
        ("k.pickle", "is not k-space"),
    ):
        with pytest.raises(ReconError, match=sentence):
            read_kspace(tmp_path / name)


def test_declared_sizes_are_checked_before_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recon_cli.files.limits._limit", 29)
    np.save(tmp_path / "k.npy", normal(6, 5))
    np.savez(tmp_path / "k.npz", kspace=normal(6, 5))
    for name in ("k.npy", "k.npz"):
        with pytest.raises(ReconError, match=f"{name} declares 30 values; at most 29"):
            read_kspace(tmp_path / name)


def test_a_bomb_in_a_zip_is_not_unpacked(tmp_path: Path) -> None:
    header = b"{'descr': '<c8', 'fortran_order': False, 'shape': (100000, 100000), }".ljust(117) + b"\n"
    with zipfile.ZipFile(tmp_path / "k.npz", "w") as archive:
        archive.writestr("kspace.npy", b"\x93NUMPY\x01\x00\x76\x00" + header)
    with pytest.raises(ReconError, match="declares 10000000000 values"):
        read_npz(tmp_path / "k.npz", "kspace")


@pytest.mark.parametrize("name", ["k.npy", "k.npz"])
def test_truncated_files_are_rejected_by_name(tmp_path: Path, name: str) -> None:
    place = tmp_path / name
    np.savez(tmp_path / "k.npz", kspace=normal(20, 20))
    np.save(tmp_path / "k.npy", normal(20, 20))
    whole = place.read_bytes()
    for length in (1, 9, len(whole) // 3, len(whole) - 1):
        place.write_bytes(whole[:length])
        with pytest.raises(ReconError, match=name):
            read_kspace(place)
