from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from recon_cli.errors import ReconError
from recon_cli.files.images import read_picture
from recon_cli.workflows.tomography.projections import Fields, Projections, projections_of

RNG = np.random.default_rng(0)
STACK = RNG.random((3, 5, 8)).astype(np.float32) + 0.5
"""Three slices, five angles, eight bins."""


def _read(folder: Path, array: NDArray[np.generic], angles: int, fields: Fields | None = None) -> Projections:
    tifffile.imwrite(folder / "scan.tif", array, photometric="minisblack")
    return projections_of(read_picture(folder / "scan.tif"), angles, fields or Fields())


def test_planes_are_slices_or_angles(tmp_path: Path) -> None:
    np.testing.assert_array_equal(_read(tmp_path, STACK, 5).values, STACK)
    turned = _read(tmp_path, STACK.swapaxes(0, 1), 5)
    np.testing.assert_array_equal(turned.values, STACK)
    assert turned.said == "3 slices, 5 angles, 8 bins, a plane for each angle"


@pytest.mark.parametrize("by_angle", [False, True])
@pytest.mark.parametrize("exposures", ["one row", "some"])
def test_light_becomes_line_integrals(tmp_path: Path, by_angle: bool, exposures: str) -> None:
    flat, dark = 1000 + 100 * RNG.random((4, 8)), np.full((1, 8), 20.0)
    one = flat.mean(0)
    if exposures == "one row":
        flat = one[None]
    tifffile.imwrite(tmp_path / "flat.tif", flat.astype(np.float32))
    tifffile.imwrite(tmp_path / "dark.tif", dark.astype(np.float32))
    light = (20 + (one - 20) * np.exp(-STACK)).astype(np.float32)
    fields = Fields(tmp_path / "flat.tif", tmp_path / "dark.tif")
    found = _read(tmp_path, light.swapaxes(0, 1) if by_angle else light, 5, fields)
    np.testing.assert_allclose(found.values, STACK, rtol=1e-3)


def test_a_field_of_every_row_of_the_detector(tmp_path: Path) -> None:
    flat = (1000 + 500 * RNG.random((2, 3, 8))).astype(np.float32)
    tifffile.imwrite(tmp_path / "flat.tif", flat, photometric="minisblack")
    light = flat.mean(0) * np.exp(-STACK.swapaxes(0, 1))
    found = _read(tmp_path, light, 5, Fields(tmp_path / "flat.tif"))
    np.testing.assert_allclose(found.values, STACK, rtol=1e-3)


def test_what_is_as_dark_as_without_light_is_told(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "flat.tif", np.full((1, 8), 100, np.float32))
    light = 100 * np.exp(-STACK)
    light[0, 0, 0] = -1
    found = _read(tmp_path, light, 5, Fields(tmp_path / "flat.tif"))
    assert np.isfinite(found.values).all()
    assert found.values[0, 0, 0] == found.values.max()
    assert found.warnings == ("0.83 % of the values are not brighter than the dark field",)


def test_light_that_is_taken_for_line_integrals_is_told(tmp_path: Path) -> None:
    sinogram = np.zeros((5, 100), np.float32)
    sinogram[:, 30:70] = 3
    assert not _read(tmp_path, sinogram, 5).warnings
    assert "with --flat" in _read(tmp_path, np.exp(-sinogram), 5).warnings[0]


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (STACK[0].T, "the rows of .* are not the angles: it has 8 rows and 5 columns.*give its transpose"),
        (STACK[0, :4], "has 4 rows, and --angles gives 5 angles"),
        (0 * STACK[0], "zero everywhere"),
        (np.where(STACK[0] > 1, np.nan, 1).astype(np.float32), "NaN"),
    ],
)
def test_sinograms_that_are_none(tmp_path: Path, array: NDArray[np.float32], said: str) -> None:
    with pytest.raises(ReconError, match=said):
        _read(tmp_path, array, 5)


@pytest.mark.parametrize(
    ("flat", "said"),
    [(np.ones((2, 7), np.float32), "has 7 columns, and the projections have 8 bins"),
     (np.eye(8, dtype=np.float32)[:1], "not brighter than the dark field in 7 of its 8")],
)  # fmt: skip
def test_fields_that_are_none(tmp_path: Path, flat: NDArray[np.float32], said: str) -> None:
    tifffile.imwrite(tmp_path / "flat.tif", flat)
    with pytest.raises(ReconError, match=said):
        _read(tmp_path, STACK, 5, Fields(tmp_path / "flat.tif"))
