from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
import scipy.io
from PIL import Image as Pillow

from recon_cli.errors import ReconError
from recon_cli.files.masks import fit_mask, read_mask, write_mask

from .complex_arrays import write_bart

_MASK = np.arange(30).reshape(6, 5) % 3 == 0
_COLUMNS = np.array([True, False, True, True, False])


def test_npy_and_npz(tmp_path: Path) -> None:
    np.save(tmp_path / "m.npy", _COLUMNS.astype(np.float64))
    np.savez(tmp_path / "named.npz", mask=_MASK.astype(np.uint8), other=np.ones(3))
    np.savez(tmp_path / "only.npz", pattern=7 * _MASK)
    np.testing.assert_array_equal(read_mask(tmp_path / "m.npy"), _COLUMNS)
    np.testing.assert_array_equal(read_mask(tmp_path / "named.npz"), _MASK)
    np.testing.assert_array_equal(read_mask(tmp_path / "only.npz"), _MASK)


def test_mat(tmp_path: Path) -> None:
    scipy.io.savemat(tmp_path / "m.mat", {"pattern": _MASK, "ratio": 0.3, "note": "thirds"})
    np.testing.assert_array_equal(read_mask(tmp_path / "m.mat"), _MASK)
    with h5py.File(tmp_path / "7.mat", "w", userblock_size=512) as file:
        file["mask"], file["other"] = _MASK.T.astype(np.uint8), np.ones((3, 3))
    with (tmp_path / "7.mat").open("r+b") as raw:
        raw.write(b"MATLAB 7.3 MAT-file".ljust(128))
    np.testing.assert_array_equal(read_mask(tmp_path / "7.mat"), _MASK)


@pytest.mark.parametrize("mode", ["1", "L", "I;16"])
def test_png(tmp_path: Path, mode: str) -> None:
    values = _MASK.astype(np.uint16) if mode == "I;16" else _MASK.astype(np.uint8) * np.uint8(255)
    image = Pillow.fromarray(values)
    (image.convert("1") if mode == "1" else image).save(tmp_path / "m.png")
    np.testing.assert_array_equal(read_mask(tmp_path / "m.png"), _MASK)


@pytest.mark.parametrize("shape", [(6, 5), (1, 6, 5)])
def test_cfl(tmp_path: Path, shape: tuple[int, ...]) -> None:
    write_bart(tmp_path / "m", _MASK.reshape(shape))
    np.testing.assert_array_equal(read_mask(tmp_path / "m.cfl"), _MASK)


@pytest.mark.parametrize("shape", [(1, 6, 5), (6, 5, 1), (1, 6, 5, 1)])
def test_axes_of_length_one_are_dropped(tmp_path: Path, shape: tuple[int, ...]) -> None:
    np.save(tmp_path / "m.npy", _MASK.reshape(shape))
    np.testing.assert_array_equal(read_mask(tmp_path / "m.npy"), _MASK)


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        (np.array([1.0, np.nan, 0.0]), "m.npy has 1 NaN values"),
        (np.zeros((6, 5)), "m.npy is zero everywhere"),
        (np.zeros((0,)), "m.npy is zero everywhere"),
        (np.ones((2, 2, 6, 5)), "m.npy holds float64 values of shape .2, 2, 6, 5.; a mask has one number"),
        (np.ones(()), "m.npy holds float64 values of shape ..; a mask"),
    ],
)
def test_what_is_no_mask_is_refused(tmp_path: Path, array: np.ndarray, sentence: str) -> None:
    np.save(tmp_path / "m.npy", array)
    with pytest.raises(ReconError, match=sentence):
        read_mask(tmp_path / "m.npy")


def test_other_formats_are_named(tmp_path: Path) -> None:
    (tmp_path / "m.txt").write_text("1 0 1")
    with pytest.raises(ReconError, match=r"m.txt is not a mask: npy, npz"):
        read_mask(tmp_path / "m.txt")


@pytest.mark.parametrize("mask", [_MASK, _COLUMNS])
@pytest.mark.parametrize("suffix", [".npy", ".png"])
def test_what_is_written_is_read_back(tmp_path: Path, mask: np.ndarray, suffix: str) -> None:
    write_mask(tmp_path / f"m{suffix}", mask)
    read = read_mask(tmp_path / f"m{suffix}")
    np.testing.assert_array_equal(fit_mask(read, 6, 5, "m"), np.broadcast_to(mask, (6, 5)))


def test_a_png_is_black_and_white(tmp_path: Path) -> None:
    write_mask(tmp_path / "m.png", _MASK)
    with Pillow.open(tmp_path / "m.png") as image:
        np.testing.assert_array_equal(np.asarray(image), _MASK * 255)
    with pytest.raises(ReconError, match=r"has to end in .npy, .png"):
        write_mask(tmp_path / "m.mat", _MASK)


@pytest.mark.parametrize("shape", [(5,), (1, 5), (6, 1), (6, 5)])
def test_shapes_that_fit(shape: tuple[int, ...]) -> None:
    mask = np.arange(np.prod(shape)).reshape(shape) % 2 == 0
    np.testing.assert_array_equal(fit_mask(mask, 6, 5, "m"), np.broadcast_to(mask, (6, 5)))


def test_each_frame_may_have_its_own(tmp_path: Path) -> None:
    masks = np.stack([_MASK, ~_MASK])
    np.save(tmp_path / "m.npy", masks)
    np.testing.assert_array_equal(fit_mask(read_mask(tmp_path / "m.npy"), 6, 5, "m", 2), masks)
    with pytest.raises(ReconError, match=r"shape \(2, 6, 5\), but k-space has 3 frames"):
        fit_mask(masks, 6, 5, "m", 3)


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        ((7,), r"^m.npy has shape \(7,\), but k-space has 6 rows and 5 columns$"),
        ((6,), r"6 rows and 5 columns; give it as a column, of shape \(6, 1\)$"),
        ((5, 6), "; give its transpose$"),
        ((5, 1), "; give its transpose$"),
        ((1, 6), "; give its transpose$"),
        ((6, 6), "columns$"),
    ],
)
def test_shapes_that_do_not_fit(shape: tuple[int, ...], sentence: str) -> None:
    with pytest.raises(ReconError, match=sentence):
        fit_mask(np.ones(shape, bool), 6, 5, "m.npy")
