from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from recon_cli.errors import ReconError
from recon_cli.files.references import read_reference

from .complex_arrays import normal

_FLOATS = np.random.default_rng(0).random((6, 5)).astype(np.float32)


def test_a_picture_of_integers_has_peak_one(tmp_path: Path) -> None:
    grey = np.arange(30, dtype=np.uint8).reshape(6, 5)
    Pillow.fromarray(grey).save(tmp_path / "r.png")
    tifffile.imwrite(tmp_path / "r.tif", grey.astype(np.uint16))
    for name, full in (("r.png", 255), ("r.tif", 65535)):
        reference = read_reference(tmp_path / name)
        assert reference.peak == 1
        assert reference.images.dtype == np.float32
        np.testing.assert_allclose(reference.images, grey[None] / full, rtol=1e-6)


def test_colours_count_as_luma_and_planes_as_frames(tmp_path: Path) -> None:
    colours = np.random.default_rng(1).integers(0, 256, (2, 6, 5, 3), dtype=np.uint8)
    tifffile.imwrite(tmp_path / "r.tif", colours, photometric="rgb")
    reference = read_reference(tmp_path / "r.tif")
    np.testing.assert_allclose(reference.images, colours @ [0.299, 0.587, 0.114] / 255, rtol=1e-5)
    assert reference.peak == 1


def test_a_picture_of_floats_has_its_maximum_as_peak(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "r.tif", 0.5 * _FLOATS)
    reference = read_reference(tmp_path / "r.tif")
    assert reference.peak == pytest.approx(0.5 * _FLOATS.max())
    np.testing.assert_array_equal(reference.images[0], 0.5 * _FLOATS)


@pytest.mark.parametrize("shape", [(5, 4), (3, 5, 4), (2, 3, 5, 4)])
def test_arrays_hold_frames_of_any_scale(tmp_path: Path, shape: tuple[int, ...]) -> None:
    values = 1e4 * normal(*shape)
    np.save(tmp_path / "complex.npy", values)
    np.save(tmp_path / "real.npy", values.real)
    for name, wanted in (("complex", np.abs(values)), ("real", np.abs(values.real))):
        reference = read_reference(tmp_path / f"{name}.npy")
        assert reference.images.dtype == np.float32
        np.testing.assert_allclose(reference.images, wanted.reshape(-1, 5, 4), rtol=1e-6)
        assert reference.peak == pytest.approx(wanted.max())


def test_integer_arrays_are_read(tmp_path: Path) -> None:
    np.save(tmp_path / "r.npy", np.arange(20, dtype=np.int16).reshape(5, 4))
    assert read_reference(tmp_path / "r.npy").peak == 19


@pytest.mark.parametrize("suffix", [".h5", ".hdf5"])
def test_fastmri_files_hold_their_reconstruction(tmp_path: Path, suffix: str) -> None:
    place = tmp_path / f"r{suffix}"
    frames = np.abs(normal(3, 6, 5))
    with h5py.File(place, "w") as file:
        file["kspace"] = normal(3, 8, 5)
        file["reconstruction_rss"] = frames
    np.testing.assert_array_equal(read_reference(place).images, frames)
    with h5py.File(place, "a") as file:
        file["reconstruction_esc"] = 2 * frames
        file["reconstruction"] = 3 * frames
    np.testing.assert_array_equal(read_reference(place).images, 2 * frames)


def test_what_the_project_writes_is_read(tmp_path: Path) -> None:
    from recon_cli.files.reconstructions import write_reconstruction

    frames = normal(3, 6, 5)
    for name in ("r.h5", "r.npy"):
        write_reconstruction(tmp_path / name, frames, (3,))
        np.testing.assert_allclose(read_reference(tmp_path / name).images, np.abs(frames), rtol=1e-6)


def _write_bad(folder: Path) -> None:
    np.save(folder / "line.npy", np.ones(4))
    np.save(folder / "text.npy", np.array([["a", "b"]]))
    np.save(folder / "flags.npy", np.ones((3, 4), bool))
    np.save(folder / "black.npy", np.zeros((3, 4)))
    np.save(folder / "nan.npy", np.full((3, 4), np.nan))
    (folder / "empty.npy").touch()
    (folder / "text.h5").write_text("no hdf5 at all")
    with h5py.File(folder / "kspace.h5", "w") as file:
        file["kspace"] = normal(3, 8, 5)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("line.npy", "of shape .4,., no images"),
        ("text.npy", "text.npy"),
        ("flags.npy", "bool values of shape .3, 4., no images"),
        ("black.npy", "no reference: its values are not finite, or all zero"),
        ("nan.npy", "no reference: its values are not finite, or all zero"),
        ("empty.npy", "empty.npy is an empty file"),
        ("missing.npy", "missing.npy does not exist"),
        ("missing.png", "missing.png does not exist"),
        ("text.h5", "text.h5"),
        ("kspace.h5", "holds none of reconstruction_esc, reconstruction_rss, reconstruction"),
    ],
)
def test_what_is_no_reference_is_refused(tmp_path: Path, name: str, said: str) -> None:
    _write_bad(tmp_path)
    with pytest.raises(ReconError, match=said):
        read_reference(tmp_path / name)


def test_a_black_picture_is_refused(tmp_path: Path) -> None:
    for dtype in (np.uint8, np.float32):
        tifffile.imwrite(tmp_path / "black.tif", np.zeros((6, 5), dtype))
        with pytest.raises(ReconError, match="all zero"):
            read_reference(tmp_path / "black.tif")
