from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.files.kspace.read import read_kspace

from ..complex_arrays import normal


def test_many_coils(tmp_path: Path) -> None:
    samples = normal(3, 4, 6, 5)
    columns = np.array([True, False, True, True, False])
    with h5py.File(tmp_path / "k.h5", "w") as file:
        file["kspace"], file["mask"] = samples, columns
        file["reconstruction_rss"], file["ismrmrd_header"] = np.ones((3, 5, 5)), "<xml/>"
    read = read_kspace(tmp_path / "k.h5")
    np.testing.assert_array_equal(read.samples, samples)
    np.testing.assert_array_equal(read.mask, np.tile(columns, (6, 1)))
    assert (read.frame_shape, read.axes) == ((3,), "slice 3, coil 4, y 6, x 5")
    assert read.layout == "fastMRI HDF5"


def test_a_single_coil_compressed(tmp_path: Path) -> None:
    samples = normal(3, 6, 5)
    with h5py.File(tmp_path / "k.h5", "w") as file:
        file.create_dataset("kspace", data=samples, compression="gzip")
    read = read_kspace(tmp_path / "k.h5")
    np.testing.assert_array_equal(read.samples[:, 0], samples)
    assert read.mask is None
    np.testing.assert_array_equal(read_kspace(tmp_path / "k.h5", "cyx").samples[0], samples)


@pytest.mark.parametrize("link", [h5py.ExternalLink("other.h5", "/kspace"), h5py.SoftLink("/data")])
def test_links_are_not_followed(tmp_path: Path, link: object) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["kspace"] = normal(3, 6, 5)
    with h5py.File(tmp_path / "k.h5", "w") as file:
        file["data"], file["kspace"] = normal(3, 6, 5), link
    with pytest.raises(ReconError, match=r"k.h5 has a link in place of kspace, which is not followed"):
        read_kspace(tmp_path / "k.h5")


def test_data_in_other_files_is_not_read(tmp_path: Path) -> None:
    normal(3, 6, 5).tofile(tmp_path / "raw")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("kspace", (3, 6, 5), "c8", external=[(str(tmp_path / "raw"), 0, 720)])
    layout = h5py.VirtualLayout((3, 6, 5), "c8")
    layout[:] = h5py.VirtualSource(tmp_path / "other.h5", "kspace", (3, 6, 5))
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file.create_virtual_dataset("kspace", layout)
    for name in ("a.h5", "b.h5"):
        with pytest.raises(ReconError, match=f"{name} keeps kspace in another file, which is not read"):
            read_kspace(tmp_path / name)


def test_declared_sizes_are_checked(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "k.h5", "w") as file:
        file.create_dataset("kspace", (100, 100000, 100000), "c8", chunks=(1, 10, 10))
    with pytest.raises(ReconError, match=r"k.h5 declares 1000000000000 values"):
        read_kspace(tmp_path / "k.h5")


def test_other_content_is_named(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "k.h5", "w") as file:
        file["image"], file["patient"] = 1, 2
    with pytest.raises(
        ReconError, match=r"neither kspace .fastMRI. nor dataset .ISMRMRD., but image, patient"
    ):
        read_kspace(tmp_path / "k.h5")
    with h5py.File(tmp_path / "t.h5", "w") as file:
        file["kspace"] = "text"
    with pytest.raises(ReconError, match=r"t.h5 holds no numbers in /kspace"):
        read_kspace(tmp_path / "t.h5")


def test_truncated_files_are_rejected_by_name(tmp_path: Path) -> None:
    place = tmp_path / "k.h5"
    with h5py.File(place, "w") as file:
        file["kspace"] = normal(3, 20, 20)
    whole = place.read_bytes()
    for length in (1, 9, len(whole) // 3, len(whole) - 1):
        place.write_bytes(whole[:length])
        with pytest.raises(ReconError, match=r"k\.h5"):
            read_kspace(place)
