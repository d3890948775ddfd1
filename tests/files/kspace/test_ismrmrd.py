from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import h5py
import ismrmrd
import numpy as np
import pytest
from numpy.typing import NDArray

from recon_cli.errors import ReconError
from recon_cli.files.kspace import hdf5_readers
from recon_cli.files.kspace.read import read_kspace

from ..complex_arrays import normal

_HEIGHT, _WIDTH, _COILS = 6, 8, 3
_READOUTS = normal(2, 2, _HEIGHT, _COILS, _WIDTH)


def _header(trajectory: str = "cartesian", depth: int = 1, center: int = 0) -> str:
    xsd = ismrmrd.xsd

    def space(x: int, y: int) -> Any:
        return xsd.encodingSpaceType(
            matrixSize=xsd.matrixSizeType(x=x, y=y, z=depth),
            fieldOfView_mm=xsd.fieldOfViewMm(x=16.0, y=18.0, z=5.0),
        )

    limits = xsd.encodingLimitsType()
    limits.kspace_encoding_step_1 = xsd.limitType(minimum=0, maximum=_HEIGHT - 1, center=center)
    encoding = xsd.encodingType(
        encodedSpace=space(_WIDTH, _HEIGHT),
        reconSpace=space(_WIDTH // 2, _HEIGHT),
        encodingLimits=limits,
        trajectory=xsd.trajectoryType(trajectory),
    )
    conditions = xsd.experimentalConditionsType(H1resonanceFrequency_Hz=63500000)
    return xsd.ismrmrdHeader(experimentalConditions=conditions, encoding=[encoding]).toXML()


def _readout(data: NDArray[np.complex64], row: int, flag: int = 0, **fields: int) -> ismrmrd.Acquisition:
    counters = {name: fields.pop(name) for name in list(fields) if hasattr(ismrmrd.EncodingCounters, name)}
    acquisition = ismrmrd.Acquisition.from_array(data, **fields)
    acquisition.idx.kspace_encode_step_1 = row
    for name, value in counters.items():
        setattr(acquisition.idx, name, value)
    if flag:
        acquisition.set_flag(flag)
    return acquisition


def _write(place: Path, readouts: list[ismrmrd.Acquisition], header: str | None = None) -> Path:
    with ismrmrd.Dataset(place, mode="w") as file:
        file.write_xml_header((header or _header()).encode())
        for readout in readouts:
            file.append_acquisition(readout)
    return place


def _slice(rows: list[int], index: int = 0, repetition: int = 0) -> list[ismrmrd.Acquisition]:
    return [_readout(_READOUTS[index, repetition, r], r, slice=index, repetition=repetition) for r in rows]


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
    readouts = [_readout(first, 0, average=0), _readout(second, 0, average=1), _readout(second, 1)]
    samples = read_kspace(_write(tmp_path / "k.h5", readouts)).samples[0]
    np.testing.assert_allclose(samples[:, 0], (first + second) / 2, rtol=1e-6)
    np.testing.assert_array_equal(samples[:, 1], second)


def test_readouts_without_image_are_left_out(tmp_path: Path) -> None:
    noise = normal(5, 99)
    other = [
        _readout(noise, 0, flag)
        for flag in (
            ismrmrd.ACQ_IS_NOISE_MEASUREMENT,
            ismrmrd.ACQ_IS_PARALLEL_CALIBRATION,
            ismrmrd.ACQ_IS_NAVIGATION_DATA,
            ismrmrd.ACQ_IS_PHASECORR_DATA,
        )
    ]
    both = _readout(_READOUTS[0, 0, 4], 4, ismrmrd.ACQ_IS_PARALLEL_CALIBRATION_AND_IMAGING)
    both.set_flag(ismrmrd.ACQ_IS_PARALLEL_CALIBRATION)
    read = read_kspace(_write(tmp_path / "k.h5", [*other, both, *_slice([0, 1])]))
    assert read.mask is not None
    assert read.mask.any(axis=1).tolist() == [True, True, False, False, True, False]
    with pytest.raises(ReconError, match=r"n.h5 holds no readout of an image"):
        read_kspace(_write(tmp_path / "n.h5", other))


def test_many_readouts(tmp_path: Path) -> None:
    readouts = [_readout(_READOUTS[0, 0, i % 6], i % 6, average=i // 6) for i in range(600)]
    samples = read_kspace(_write(tmp_path / "k.h5", readouts)).samples[0]
    np.testing.assert_allclose(samples, _READOUTS[0, 0].swapaxes(0, 1), rtol=1e-5)


def test_an_asymmetric_echo_lies_around_its_centre(tmp_path: Path) -> None:
    readouts = [_readout(_READOUTS[0, 0, r, :, 3:], r, center_sample=1) for r in range(_HEIGHT)]
    read = read_kspace(_write(tmp_path / "k.h5", readouts))
    np.testing.assert_array_equal(read.samples[0, :, :, 3:], _READOUTS[0, 0, :, :, 3:].swapaxes(0, 1))
    assert not read.samples[..., :3].any()
    assert read.mask is not None
    assert read.mask.all(axis=0).tolist() == [False] * 3 + [True] * 5


def test_discarded_samples_are_not_measured(tmp_path: Path) -> None:
    readouts = [_readout(_READOUTS[0, 0, 0], 0, discard_pre=2, discard_post=1)]
    read = read_kspace(_write(tmp_path / "k.h5", readouts))
    np.testing.assert_array_equal(read.samples[0, :, 0, 2:7], _READOUTS[0, 0, 0, :, 2:7])
    assert read.mask is not None
    assert np.flatnonzero(read.mask[0]).tolist() == [2, 3, 4, 5, 6]


def test_partial_fourier_lies_around_the_centre_of_the_limits(tmp_path: Path) -> None:
    readouts = [_readout(_READOUTS[0, 0, r + 2], r) for r in range(4)]
    read = read_kspace(_write(tmp_path / "k.h5", readouts, _header(center=1)))
    np.testing.assert_array_equal(read.samples[0, :, 2:], _READOUTS[0, 0, 2:].swapaxes(0, 1))


@pytest.mark.parametrize(
    ("readouts", "header", "sentence"),
    [
        (_slice([0]), _header("spiral"), "a spiral trajectory; only Cartesian"),
        (_slice([0]), _header(depth=4), "is a 3-D acquisition"),
        ([_readout(_READOUTS[0, 0, 0], 0, kspace_encode_step_2=1)], None, "is a 3-D acquisition"),
        ([_readout(_READOUTS[0, 0, 0], 0, ismrmrd.ACQ_IS_REVERSE)], None, "reversed readouts"),
        ([*_slice([0]), _readout(_READOUTS[0, 0, 0], 0, contrast=1)], None, "several contrasts, 0, 1"),
        ([*_slice([0]), _readout(_READOUTS[0, 0, 0, :2], 1)], None, "several numbers of coils, 2, 3"),
        (
            [_readout(_READOUTS[0, 0, 0], 6)],
            None,
            "a readout at row 6, columns 0 to 7, outside of its .* 6 x 8",
        ),
        ([_readout(normal(3, 12), 0)], None, "a readout at row 0, columns 4 to 15, outside"),
        ([*_slice([0, 1]), *_slice([0, 2], 1)], None, "sampled differently from frame to frame"),
        ([], None, "no readouts in its group dataset"),
        (_slice([0]), "<ismrmrdHeader>", "k.h5 is damaged or not supported"),
    ],
)
def test_what_is_not_supported_is_said(
    tmp_path: Path, readouts: list[ismrmrd.Acquisition], header: str | None, sentence: str
) -> None:
    with pytest.raises(ReconError, match=sentence):
        read_kspace(_write(tmp_path / "k.h5", readouts, header))


def test_axes_are_named_by_the_file(tmp_path: Path) -> None:
    with pytest.raises(ReconError, match="names its own axes; leave --axes away") as caught:
        read_kspace(_write(tmp_path / "k.h5", _slice([0])), "cyx")
    assert caught.value.exit_code == 2


def test_links_are_not_followed(tmp_path: Path) -> None:
    _write(tmp_path / "other.h5", _slice([0]))
    with h5py.File(tmp_path / "k.h5", "w") as file:
        file["dataset"] = h5py.ExternalLink("other.h5", "/dataset")
    with pytest.raises(ReconError, match="has a link in place of dataset"):
        read_kspace(tmp_path / "k.h5")


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = _write(tmp_path / "k.h5", _slice([0]))
    for name in [n for n in sys.modules if n.split(".")[0] == "ismrmrd"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ReconError, match="pip install ismrmrd"):
        hdf5_readers.kspace(place)


def test_declared_sizes_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = _write(tmp_path / "k.h5", _slice([0]))
    monkeypatch.setattr("recon_cli.files.limits._limit", 100)
    with pytest.raises(ReconError, match=r"declares .* values; at most 100"):
        read_kspace(place)
