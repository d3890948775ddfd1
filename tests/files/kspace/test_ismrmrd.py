from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import h5py
import ismrmrd
import numpy as np
import pytest

from recon_cli.errors import ReconError
from recon_cli.files.kspace import hdf5_readers
from recon_cli.files.kspace.read import read_kspace

from ..complex_arrays import normal
from .raw import header, readout, write

_HEIGHT, _WIDTH, _COILS = 6, 8, 3
_READOUTS = normal(2, 2, _HEIGHT, _COILS, _WIDTH)


MATRIX = (_WIDTH, _HEIGHT, 1)


def _header(**given: Any) -> str:
    return header(MATRIX, **given)


def _write(place: Path, readouts: list[ismrmrd.Acquisition], text: str | None = None) -> Path:
    return write(place, readouts, text or _header())


def _slice(rows: list[int], index: int = 0, repetition: int = 0) -> list[ismrmrd.Acquisition]:
    return [readout(_READOUTS[index, repetition, r], r, slice=index, repetition=repetition) for r in rows]


def test_slices_and_repetitions(tmp_path: Path) -> None:
    rows = [0, 5, 3]
    readouts = [r for s in (0, 1) for t in (0, 1) for r in _slice(rows, s, t)]
    read = read_kspace(_write(tmp_path / "k.h5", readouts))
    full = _READOUTS.reshape(4, _HEIGHT, _COILS, _WIDTH).swapaxes(1, 2)
    sampled = np.isin(np.arange(_HEIGHT), rows)
    np.testing.assert_array_equal(read.samples, full * sampled[:, None])
    np.testing.assert_array_equal(read.mask, np.repeat(sampled[:, None], _WIDTH, 1))
    assert (read.frame_shape, read.voxel, read.layout) == ((2, 2), (5.0, 3.0, 2.0), "ISMRMRD HDF5")
    assert read.axes == "slice 2, repetition 2, coil 3, y 6, x 8"


@pytest.mark.parametrize(("slices", "repetitions", "frame_shape"), [(1, 1, ()), (2, 1, (2,)), (1, 2, (1, 2))])
def test_axes_of_length_one(
    tmp_path: Path, slices: int, repetitions: int, frame_shape: tuple[int, ...]
) -> None:
    readouts = [r for s in range(slices) for t in range(repetitions) for r in _slice([0, 1], s, t)]
    assert read_kspace(_write(tmp_path / "k.h5", readouts)).frame_shape == frame_shape


def test_averages_are_averaged(tmp_path: Path) -> None:
    first, second = _READOUTS[0, 0, :2]
    readouts = [readout(first, 0, average=0), readout(second, 0, average=1), readout(second, 1)]
    samples = read_kspace(_write(tmp_path / "k.h5", readouts)).samples[0]
    np.testing.assert_allclose(samples[:, 0], (first + second) / 2, rtol=1e-6)
    np.testing.assert_array_equal(samples[:, 1], second)


def test_frames_may_have_different_masks(tmp_path: Path) -> None:
    read = read_kspace(_write(tmp_path / "k.h5", [*_slice([0, 1]), *_slice([0, 2], 1)]))
    assert read.mask is not None
    assert read.mask.any(-1).tolist() == [[True, True] + 4 * [False], [True, False, True] + 3 * [False]]


def test_contrasts_phases_and_sets_are_frames_with_a_name(tmp_path: Path) -> None:
    readouts = [
        readout(_READOUTS[s, t, 0], 0, slice=s, contrast=2 * t, set=t) for s in (0, 1) for t in (0, 1)
    ]
    read = read_kspace(_write(tmp_path / "k.h5", readouts))
    assert read.details.names == ("contrast 0, set 0", "contrast 2, set 1")
    assert (read.frame_shape, read.axes) == ((2, 2), "slice 2, contrast and set 2, coil 3, y 6, x 8")
    full = _READOUTS[:, :, 0].reshape(4, _COILS, _WIDTH)
    np.testing.assert_array_equal(read.samples[:, :, 0], full)


def test_calibration_of_the_images_is_a_part_of_them(tmp_path: Path) -> None:
    """As integrated GRAPPA has it: the lines between the sampled ones in the middle."""
    lines = [readout(_READOUTS[0, 0, r], r, ismrmrd.ACQ_IS_PARALLEL_CALIBRATION) for r in (1, 3)]
    for mode in (None, "embedded"):
        text = _header(calibration=mode)
        read = read_kspace(_write(tmp_path / f"{mode}.h5", [*_slice([0, 2, 4]), *lines], text))
        assert read.details.calibration is None
        assert read.mask is not None
        assert np.flatnonzero(read.mask[:, 0]).tolist() == [0, 1, 2, 3, 4]
        np.testing.assert_array_equal(read.samples[0, :, 3], _READOUTS[0, 0, 3])


def test_a_calibration_apart_is_for_maps_alone(tmp_path: Path) -> None:
    lines = [readout(_READOUTS[1, 1, r], r, ismrmrd.ACQ_IS_PARALLEL_CALIBRATION) for r in (2, 3)]
    text = _header(calibration="separate")
    read = read_kspace(_write(tmp_path / "k.h5", [*_slice([0, 2, 4]), *lines], text))
    assert read.mask is not None
    assert np.flatnonzero(read.mask[:, 0]).tolist() == [0, 2, 4]
    assert read.details.calibration is not None
    assert read.details.calibration.shape == (1, _COILS, _HEIGHT, _WIDTH)
    np.testing.assert_array_equal(read.details.calibration[0, :, 2], _READOUTS[1, 1, 2])
    assert not read.details.calibration[0, :, 0].any()


def test_calibration_of_another_series_is_for_maps_alone(tmp_path: Path) -> None:
    lines = [readout(_READOUTS[1, 1, 3], 3, ismrmrd.ACQ_IS_PARALLEL_CALIBRATION, contrast=1)]
    read = read_kspace(_write(tmp_path / "k.h5", [*_slice([0, 2, 4]), *lines]))
    assert read.frame_shape == ()
    assert read.details.calibration is not None


def test_readouts_without_image_are_left_out(tmp_path: Path) -> None:
    noise = normal(5, 99)
    other = [
        readout(noise, 0, flag)
        for flag in (
            ismrmrd.ACQ_IS_NOISE_MEASUREMENT,
            ismrmrd.ACQ_IS_PARALLEL_CALIBRATION,
            ismrmrd.ACQ_IS_NAVIGATION_DATA,
            ismrmrd.ACQ_IS_PHASECORR_DATA,
        )
    ]
    both = readout(_READOUTS[0, 0, 4], 4, ismrmrd.ACQ_IS_PARALLEL_CALIBRATION_AND_IMAGING)
    both.set_flag(ismrmrd.ACQ_IS_PARALLEL_CALIBRATION)
    read = read_kspace(_write(tmp_path / "k.h5", [*other, both, *_slice([0, 1])]))
    assert read.mask is not None
    assert read.mask.any(axis=1).tolist() == [True, True, False, False, True, False]
    with pytest.raises(ReconError, match=r"n.h5 holds no readout of an image"):
        read_kspace(_write(tmp_path / "n.h5", other))


@pytest.mark.slow
def test_many_readouts(tmp_path: Path) -> None:
    readouts = [readout(_READOUTS[0, 0, i % 6], i % 6, average=i // 6) for i in range(600)]
    samples = read_kspace(_write(tmp_path / "k.h5", readouts)).samples[0]
    np.testing.assert_allclose(samples, _READOUTS[0, 0].swapaxes(0, 1), rtol=1e-5)


def test_an_asymmetric_echo_lies_around_its_centre(tmp_path: Path) -> None:
    readouts = [readout(_READOUTS[0, 0, r, :, 3:], r, center_sample=1) for r in range(_HEIGHT)]
    read = read_kspace(_write(tmp_path / "k.h5", readouts))
    np.testing.assert_array_equal(read.samples[0, :, :, 3:], _READOUTS[0, 0, :, :, 3:].swapaxes(0, 1))
    assert not read.samples[..., :3].any()
    assert read.mask is not None
    assert read.mask.all(axis=0).tolist() == [False] * 3 + [True] * 5


def test_discarded_samples_are_not_measured(tmp_path: Path) -> None:
    readouts = [readout(_READOUTS[0, 0, 0], 0, discard_pre=2, discard_post=1)]
    read = read_kspace(_write(tmp_path / "k.h5", readouts))
    np.testing.assert_array_equal(read.samples[0, :, 0, 2:7], _READOUTS[0, 0, 0, :, 2:7])
    assert read.mask is not None
    assert np.flatnonzero(read.mask[0]).tolist() == [2, 3, 4, 5, 6]


def test_partial_fourier_lies_around_the_centre_of_the_limits(tmp_path: Path) -> None:
    readouts = [readout(_READOUTS[0, 0, r + 2], r) for r in range(4)]
    read = read_kspace(_write(tmp_path / "k.h5", readouts, _header(centres=(1, 0))))
    np.testing.assert_array_equal(read.samples[0, :, 2:], _READOUTS[0, 0, 2:].swapaxes(0, 1))


@pytest.mark.parametrize(
    ("readouts", "header", "sentence"),
    [
        (_slice([0]), _header(trajectory="spiral"), "a spiral trajectory and no coordinates"),
        (_slice([0]) + _slice([0], 1), header((_WIDTH, _HEIGHT, 4)), "several slabs of a 3-D acquisition"),
        ([readout(_READOUTS[0, 0, 0], 0, kspace_encode_step_2=1)], None, "partitions of a 3-D acquisition"),
        ([readout(_READOUTS[0, 0, 0], 0, ismrmrd.ACQ_IS_REVERSE)], None, "reversed readouts"),
        ([*_slice([0]), readout(_READOUTS[0, 0, 0, :2], 1)], None, "several numbers of coils, 2, 3"),
        (
            [readout(_READOUTS[0, 0, 0], 6)],
            None,
            "a readout at row 6, columns 0 to 7, outside of its .* 6 x 8",
        ),
        ([readout(normal(3, 12), 0)], None, "a readout at row 0, columns 4 to 15, outside"),
        ([], None, "no readouts in its group dataset"),
        (_slice([0]), "<ismrmrdHeader>", "k.h5 is damaged or not supported"),
        (_slice([0]), "<ismrmrdHeader/>", "names 0 encodings, and readouts have 0"),
        ([readout(_READOUTS[0, 0, 0], 0, encoding_space_ref=1)], None, "names 1 encodings, and .* have 1"),
    ],
)
def test_what_is_not_supported_is_said(
    tmp_path: Path, readouts: list[ismrmrd.Acquisition], header: str | None, sentence: str
) -> None:
    with pytest.raises(ReconError, match=sentence):
        read_kspace(_write(tmp_path / "k.h5", readouts, header))


def test_axes_are_named_by_the_file(tmp_path: Path) -> None:
    with pytest.raises(ReconError, match="names its own axes; leave --axes out") as caught:
        read_kspace(_write(tmp_path / "k.h5", _slice([0])), "cyx")
    assert caught.value.exit_code == 2


def test_links_are_not_followed(tmp_path: Path) -> None:
    _write(tmp_path / "other.h5", _slice([0]))
    with h5py.File(tmp_path / "k.h5", "w") as file:
        file["dataset"] = h5py.ExternalLink("other.h5", "/dataset")
    with pytest.raises(ReconError, match="has a link in place of dataset"):
        read_kspace(tmp_path / "k.h5")


def test_no_package_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = _write(tmp_path / "k.h5", _slice([0]))
    for name in [n for n in sys.modules if n.split(".")[0] == "ismrmrd"]:
        monkeypatch.setitem(sys.modules, name, None)
    assert hdf5_readers.kspace(place).arrays["array"].any()


def test_declared_sizes_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = _write(tmp_path / "k.h5", _slice([0]))
    monkeypatch.setattr("recon_cli.files.limits._limit", 100)
    with pytest.raises(ReconError, match=r"declares .* values; at most 100"):
        read_kspace(place)
