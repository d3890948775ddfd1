from __future__ import annotations

from pathlib import Path

import h5py
import nibabel
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image as Pillow

from recon_cli.errors import ReconError
from recon_cli.files.reconstructions import (
    RECONSTRUCTION_SUFFIXES,
    About,
    check_reconstruction_suffix,
    write_reconstruction,
)

from .complex_arrays import normal

_COMPLEX = normal(6, 5, 4)
_REAL = _COMPLEX.real.copy()
_BOTH = pytest.mark.parametrize("images", [_REAL, _COMPLEX])
_SHAPES = pytest.mark.parametrize("frame_shape", [(6,), (2, 3), (1, 6)])


@_BOTH
@_SHAPES
def test_npy(tmp_path: Path, images: NDArray[np.generic], frame_shape: tuple[int, ...]) -> None:
    write_reconstruction(tmp_path / "r.npy", images, frame_shape)
    read = np.load(tmp_path / "r.npy")
    assert read.dtype == images.dtype
    np.testing.assert_array_equal(read, images.reshape(*frame_shape, 5, 4))


@_BOTH
def test_cfl(tmp_path: Path, images: NDArray[np.generic]) -> None:
    write_reconstruction(tmp_path / "r.cfl", images, (2, 3))
    assert (tmp_path / "r.hdr").read_text() == "# Dimensions\n5 4 1 1 1 1 1 1 1 1 3 1 1 2 1 1\n"
    read = np.fromfile(tmp_path / "r.cfl", np.complex64).reshape(5, 4, 3, 2, order="F")
    np.testing.assert_array_equal(read.transpose(3, 2, 0, 1).reshape(6, 5, 4), images)


@_BOTH
def test_hdf5(tmp_path: Path, images: NDArray[np.generic]) -> None:
    write_reconstruction(tmp_path / "r.h5", images, (2, 3))
    with h5py.File(tmp_path / "r.h5") as file:
        assert file["reconstruction"].dtype == images.dtype
        np.testing.assert_array_equal(file["reconstruction"], images)


def test_png(tmp_path: Path) -> None:
    write_reconstruction(tmp_path / "r.png", _COMPLEX[:1], ())
    with Pillow.open(tmp_path / "r.png") as image:
        read = np.asarray(image)
    magnitude = np.abs(_COMPLEX[0])
    assert read.max() == 65535
    np.testing.assert_allclose(read / 65535, magnitude / magnitude.max(), atol=1e-5)


def test_a_black_png(tmp_path: Path) -> None:
    write_reconstruction(tmp_path / "r.png", np.zeros((1, 5, 4), np.float32), (1,))
    with Pillow.open(tmp_path / "r.png") as image:
        assert not np.asarray(image).any()


@pytest.mark.parametrize(("frame_shape", "axes"), [((), "YX"), ((6,), "ZYX"), ((2, 3), "ZTYX")])
@pytest.mark.parametrize("suffix", [".tif", ".tiff"])
def test_tiff(tmp_path: Path, frame_shape: tuple[int, ...], axes: str, suffix: str) -> None:
    images = _COMPLEX if frame_shape else _COMPLEX[:1]
    for values, expected in ((images, np.abs(images)), (images.real.copy(), images.real)):
        write_reconstruction(tmp_path / f"r{suffix}", values, frame_shape)
        with tifffile.TiffFile(tmp_path / f"r{suffix}") as file:
            assert (file.series[0].axes, file.series[0].dtype) == (axes, np.float32)
            np.testing.assert_array_equal(file.asarray(), expected.reshape(*frame_shape, 5, 4))


@_BOTH
@_SHAPES
@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_nifti(
    tmp_path: Path, images: NDArray[np.generic], frame_shape: tuple[int, ...], suffix: str
) -> None:
    write_reconstruction(tmp_path / f"r{suffix}", images, frame_shape, About((5.0, 1.5, 2.0)))
    read = nibabel.load(tmp_path / f"r{suffix}")
    assert read.get_data_dtype() == images.dtype
    assert read.header.get_zooms()[:3] == (2.0, 1.5, 5.0)
    assert read.header.get_xyzt_units()[0] == "mm"
    values = np.asarray(read.dataobj)
    slices, repetitions = (*frame_shape, 1)[:2]
    assert values.shape == ((4, 5, slices, repetitions) if repetitions > 1 else (4, 5, slices))
    values = values.reshape(4, 5, slices, repetitions).transpose(2, 3, 1, 0)
    np.testing.assert_array_equal(values.reshape(6, 5, 4), images)


def test_nifti_of_one_frame_without_a_size(tmp_path: Path) -> None:
    write_reconstruction(tmp_path / "r.nii", _REAL[:1], ())
    read = nibabel.load(tmp_path / "r.nii")
    assert (read.shape, read.header.get_zooms()) == ((4, 5, 1), (1.0, 1.0, 1.0))
    assert read.header.get_xyzt_units()[0] == "unknown"


def test_nifti_says_where_the_images_lie(tmp_path: Path) -> None:
    affine = np.array([[0, 0, -2.0, 3], [-1.5, 0, 0, 4], [0, 2.5, 0, 5], [0, 0, 0, 1]])
    write_reconstruction(tmp_path / "r.nii", _REAL, (2, 3), About((2.0, 2.5, 1.5), affine))
    read = nibabel.load(tmp_path / "r.nii")
    for found, code in (read.header.get_sform(coded=True), read.header.get_qform(coded=True)):
        assert code == 1
        np.testing.assert_allclose(found, affine, atol=1e-6)
    assert read.header.get_zooms()[:3] == (1.5, 2.5, 2.0)


def test_nifti_without_a_place_says_so(tmp_path: Path) -> None:
    write_reconstruction(tmp_path / "r.nii", _REAL, (2, 3), About((2.0, 2.5, 1.5)))
    header = nibabel.load(tmp_path / "r.nii").header
    assert (int(header["sform_code"]), int(header["qform_code"])) == (0, 0)


def test_frames_have_names(tmp_path: Path) -> None:
    names = ("contrast 0", "contrast 1", "contrast 2")
    for suffix in (".nii", ".tif", ".h5"):
        write_reconstruction(tmp_path / f"r{suffix}", _REAL, (2, 3), About(names=names))
    (extension,) = nibabel.load(tmp_path / "r.nii").header.extensions
    assert extension.get_content().decode().split("\n") == list(names)
    with tifffile.TiffFile(tmp_path / "r.tif") as file:
        assert file.shaped_metadata[0]["frames"] == list(names)  # type: ignore[index]
    with h5py.File(tmp_path / "r.h5") as file:
        assert [name.decode() for name in file["frames"]] == list(names)


def test_suffixes_are_checked_first(tmp_path: Path) -> None:
    for suffix in RECONSTRUCTION_SUFFIXES:
        assert check_reconstruction_suffix(tmp_path / f"r{suffix.upper()}") == suffix
    for name, frames, sentence in (
        ("r.jpg", 1, "has to end in .npy, .cfl"),
        ("r.gz", 1, "has to end in .npy, .cfl"),
        ("r.png", 2, "cannot write 2 frames to .*r.png: a PNG holds one"),
    ):
        with pytest.raises(ReconError, match=sentence) as caught:
            check_reconstruction_suffix(tmp_path / name, frames)
        assert caught.value.exit_code == 2


@pytest.mark.parametrize("suffix", RECONSTRUCTION_SUFFIXES)
def test_nothing_is_left_behind(tmp_path: Path, suffix: str) -> None:
    write_reconstruction(tmp_path / f"r{suffix}", _COMPLEX[:1], ())
    names = {place.name for place in tmp_path.iterdir()}
    assert names == {f"r{suffix}"} | ({"r.hdr"} if suffix == ".cfl" else set())
    with pytest.raises(ReconError, match="cannot write"):
        write_reconstruction(tmp_path / "missing" / f"r{suffix}", _COMPLEX[:1], ())


def test_what_barts_single_precision_does_not_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReconError, match=r"values up to 1e\+60 are beyond the single precision"):
        write_reconstruction(tmp_path / "made.cfl", np.full((1, 2, 2), 1e60), ())
    assert not any(tmp_path.iterdir())
