from __future__ import annotations

from pathlib import Path

import ismrmrd
import numpy as np
import pytest
from numpy.typing import NDArray

from recon_cli.errors import ReconError
from recon_cli.files.kspace.read import read_kspace

from ..complex_arrays import normal
from .raw import header, koma_header, readout, write

SPOKES, SAMPLES, COILS, SIDE = 5, 32, 2, 24
DATA = normal(SPOKES, COILS, SAMPLES)
ANGLES = np.pi * np.arange(SPOKES) / SPOKES
ALONG = np.arange(SAMPLES) / SAMPLES - 0.5
PLACES = np.stack([ALONG * np.cos(ANGLES)[:, None], ALONG * np.sin(ANGLES)[:, None]], -1).astype(np.float32)
"""Along columns and rows, in cycles a pixel, as the standard's programs have it."""
RADIAL = header((SIDE, SIDE, 1), (240.0, 240.0, 5.0), trajectory="radial")


def _readouts(factor: float = 1.0, **fields: int) -> list[ismrmrd.Acquisition]:
    places = PLACES * np.float32(factor)
    return [readout(DATA[n], n, trajectory=places[n], **fields) for n in range(SPOKES)]


def _rows_and_columns(side: float) -> NDArray[np.float32]:
    return (PLACES[..., ::-1] * side).astype(np.float32)


@pytest.mark.parametrize("factor", [1, SIDE])
def test_readouts_come_with_their_places(tmp_path: Path, factor: int) -> None:
    """In cycles a pixel, or per field of view."""
    read = read_kspace(write(tmp_path / "k.h5", _readouts(factor), RADIAL))
    np.testing.assert_array_equal(read.samples[0], DATA.swapaxes(0, 1))
    assert read.details.trajectory is not None
    np.testing.assert_allclose(read.details.trajectory[0], _rows_and_columns(SIDE), atol=1e-5)
    assert read.details.matrix == (SIDE, SIDE)
    assert read.axes == "coil 2, readout 5, sample 32"
    assert read.voxel == (5.0, 10.0, 10.0)


def test_a_simulators_file(tmp_path: Path) -> None:
    read = read_kspace(write(tmp_path / "k.h5", _readouts(), koma_header((SIDE, SIDE, 1))))
    assert read.details.trajectory is not None
    np.testing.assert_allclose(read.details.trajectory[0], _rows_and_columns(SIDE), atol=1e-5)


def test_the_field_of_view_of_oversampled_readouts_is_cut(tmp_path: Path) -> None:
    text = header(
        (2 * SIDE, 2 * SIDE, 1),
        (480.0, 480.0, 5.0),
        (SIDE, SIDE, 1),
        (240.0, 240.0, 5.0),
        trajectory="radial",
    )
    read = read_kspace(write(tmp_path / "k.h5", _readouts(), text))
    assert read.details.trajectory is not None
    np.testing.assert_allclose(read.details.trajectory[0], _rows_and_columns(SIDE), atol=1e-5)
    assert (read.details.matrix, read.details.space) == ((SIDE, SIDE), None)


def test_frames_may_have_other_numbers_of_readouts(tmp_path: Path) -> None:
    readouts = [*_readouts(repetition=0), *_readouts(repetition=1)[:3]]
    read = read_kspace(write(tmp_path / "k.h5", readouts, RADIAL))
    assert read.frame_shape == (1, 2)
    assert read.mask is not None
    assert read.mask.all(-1).tolist() == [[True] * 5, [True] * 3 + [False] * 2]
    np.testing.assert_array_equal(read.samples[1, :, :3], DATA[:3].swapaxes(0, 1))


@pytest.mark.parametrize(
    ("readouts", "sentence"),
    [
        (_readouts(np.pi * 2), "the trajectory of .*k.h5 reaches 3.14 .* radians per pixel"),
        ([readout(DATA[0], 0, trajectory=np.ones((SAMPLES, 3), np.float32))], "has a 3-D trajectory"),
        ([readout(DATA[0], 0, trajectory=PLACES[0, :, :1])], "has a trajectory of one coordinate"),
        ([*_readouts(), readout(DATA[0, :, :9], 0, trajectory=PLACES[0, :9])], "readouts of 9 to 32 samples"),
    ],
)
def test_what_cannot_be_read_is_said(
    tmp_path: Path, readouts: list[ismrmrd.Acquisition], sentence: str
) -> None:
    with pytest.raises(ReconError, match=sentence):
        read_kspace(write(tmp_path / "k.h5", readouts, RADIAL))
