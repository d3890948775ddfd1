"""The ISMRMRD format, HDF5 with one record for each readout."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ..limits import check_size
from .hdf5 import check_stored, is_sound, member
from .samples import Stored

_READ_AT_ONCE = 256


def read_ismrmrd(path: Path, group: Any) -> Stored:
    """Read 2-D Cartesian readouts into the encoded matrix.

    A readout lies at its `kspace_encode_step_1`, moved so that the `center` of the encoding limits, if it
    is not 0, comes to the middle; a short one lies so that its `center_sample` is in the middle. What hits
    the same place, such as averages, is averaged. A noise scan gives the covariance of the coils' noise.
    Calibration alone, navigators and other readouts without
    image are left out. The oversampling of readouts is kept.

    Args:
        path: of the file, for errors.
        group: the open `h5py.Group` with `xml` and `data`.

    Returns:
        The samples, with the mask of where readouts were acquired, the voxel size of the encoded space, and
        the noise where there was a scan of it.

    Raises:
        ReconError: when the package is missing, the file is damaged, or the acquisition is not 2-D and
            Cartesian, with the same mask for every slice and repetition.
    """
    header = _read_header(path, group)
    data = member(path, group, "data")
    if data is None or not {"head", "data"} <= set(data.dtype.names or ()) or not is_sound(data.dtype):
        raise ReconError(f"{path} has no readouts in its group dataset")
    check_size(path, data.shape, data.dtype.itemsize)
    check_stored(path, data)
    heads = data.fields("head")[:]
    images = np.flatnonzero(_shows_image(heads["flags"]))
    if not len(images):
        raise ReconError(f"{path} holds no readout of an image")
    kept = heads[images]
    encoding = header.encoding[_same(path, kept["encoding_space_ref"], "encoding spaces")]
    _check_cartesian(path, encoding, kept)
    coils = _same(path, kept["active_channels"], "numbers of coils")
    matrix = encoding.encodedSpace.matrixSize
    _, slices = np.unique(kept["idx"]["slice"], return_inverse=True)
    _, repetitions = np.unique(kept["idx"]["repetition"], return_inverse=True)
    frames = (int(slices.max()) + 1, int(repetitions.max()) + 1)
    check_size(path, (*frames, coils, matrix.y, matrix.x))
    rows = kept["idx"]["kspace_encode_step_1"].astype(int) + _row_offset(encoding)

    samples = np.zeros((*frames, coils, matrix.y, matrix.x), np.complex64)
    counts = np.zeros((*frames, matrix.y, matrix.x), np.int32)
    for index, readout in _readouts(path, data, images, kept):
        first, last, start = _columns(kept[index], matrix.x)
        row = rows[index]
        if start < 0 or start + last - first > matrix.x or not 0 <= row < matrix.y:
            raise ReconError(
                f"{path} has a readout at row {row}, columns {start} to {start + last - first - 1}, "
                f"outside of its encoded matrix, {matrix.y} x {matrix.x}"
            )
        place = (slices[index], repetitions[index])
        samples[place][:, row, start : start + last - first] += readout[:, first:last]
        counts[place][row, start : start + last - first] += 1
    samples /= np.maximum(counts, 1)[:, :, None]
    masks = counts > 0
    if (masks != masks[0, 0]).any():
        raise ReconError(f"{path} was sampled differently from frame to frame; one mask for all is needed")
    letters = ("1" if frames == (1, 1) else "s") + ("1" if frames[1] == 1 else "t") + "cyx"
    noise = np.flatnonzero(_is_noise(heads["flags"]))
    covariance = (
        _covariance(path, data, noise, heads[noise], kept["sample_time_us"][0]) if len(noise) else None
    )
    voxel = _voxel(encoding.encodedSpace)
    return Stored(samples, letters, "ISMRMRD HDF5", mask=masks[0, 0], voxel=voxel, noise=covariance)


def _read_header(path: Path, group: Any) -> Any:
    try:
        import ismrmrd.xsd
    except ModuleNotFoundError as error:
        raise ReconError(
            f"{path} is an ISMRMRD file, which needs another package: pip install ismrmrd"
        ) from error
    xml = member(path, group, "xml")
    if xml is None:
        raise ReconError(f"{path} has no header, dataset/xml")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ismrmrd.xsd.CreateFromDocument(xml[0])


def _shows_image(flags: NDArray[np.uint64]) -> NDArray[np.bool_]:
    from ismrmrd import constants

    other = (
        constants.ACQ_IS_NOISE_MEASUREMENT,
        constants.ACQ_IS_NAVIGATION_DATA,
        constants.ACQ_IS_PHASECORR_DATA,
        constants.ACQ_IS_HPFEEDBACK_DATA,
        constants.ACQ_IS_DUMMYSCAN_DATA,
        constants.ACQ_IS_RTFEEDBACK_DATA,
        constants.ACQ_IS_SURFACECOILCORRECTIONSCAN_DATA,
        constants.ACQ_IS_PHASE_STABILIZATION_REFERENCE,
        constants.ACQ_IS_PHASE_STABILIZATION,
    )
    calibration = _has(flags, constants.ACQ_IS_PARALLEL_CALIBRATION)
    both = _has(flags, constants.ACQ_IS_PARALLEL_CALIBRATION_AND_IMAGING)
    return ~_has(flags, *other) & (~calibration | both)


def _is_noise(flags: NDArray[np.uint64]) -> NDArray[np.bool_]:
    from ismrmrd import constants

    return _has(flags, constants.ACQ_IS_NOISE_MEASUREMENT)


def _covariance(
    path: Path, data: Any, places: NDArray[Any], heads: NDArray[Any], dwell: float
) -> NDArray[np.complex128] | None:
    """Return the covariance of a noise scan's samples, at the bandwidth of the image; None for too few."""
    coils = int(heads[0]["active_channels"])
    readouts = [readout for _, readout in _readouts(path, data, places, heads) if len(readout) == coils]
    noise = np.concatenate(readouts, 1).astype(np.complex128)
    if noise.shape[1] < 2 * coils:
        return None
    scanned = float(heads[0]["sample_time_us"])
    # a shorter dwell time lets more noise in
    bandwidth = scanned / dwell if scanned > 0 and dwell > 0 else 1.0
    return np.asarray(noise @ noise.conj().T / noise.shape[1] * bandwidth)


def _has(flags: NDArray[np.uint64], *kinds: int) -> NDArray[np.bool_]:
    return (flags & np.uint64(sum(1 << (kind - 1) for kind in kinds))) != 0


def _same(path: Path, values: NDArray[Any], what: str) -> int:
    found = np.unique(values)
    if len(found) > 1:
        raise ReconError(f"{path} has several {what}, {', '.join(map(str, found))}; only one can be read")
    return int(found[0])


def _check_cartesian(path: Path, encoding: Any, heads: NDArray[Any]) -> None:
    from ismrmrd import constants

    if encoding.trajectory.value != "cartesian":
        raise ReconError(
            f"{path} has a {encoding.trajectory.value} trajectory; only Cartesian ones can be read"
        )
    if encoding.encodedSpace.matrixSize.z > 1 or heads["idx"]["kspace_encode_step_2"].any():
        raise ReconError(f"{path} is a 3-D acquisition; only 2-D ones can be read")
    if _has(heads["flags"], constants.ACQ_IS_REVERSE).any():
        raise ReconError(
            f"{path} has reversed readouts, whose phase is not corrected here; correct them first"
        )
    for counter in ("contrast", "phase", "set"):
        _same(path, heads["idx"][counter], f"{counter}s")


def _row_offset(encoding: Any) -> int:
    limits = encoding.encodingLimits.kspace_encoding_step_1
    return encoding.encodedSpace.matrixSize.y // 2 - limits.center if limits and limits.center else 0


def _columns(head: Any, width: int) -> tuple[int, int, int]:
    """Return the first sample to keep, the one after the last, and the column of the first."""
    length, before = int(head["number_of_samples"]), int(head["discard_pre"])
    shift = 0 if length == width else width // 2 - int(head["center_sample"])
    return before, max(before, length - int(head["discard_post"])), shift + before


def _readouts(
    path: Path, data: Any, images: NDArray[Any], heads: NDArray[Any]
) -> Iterator[tuple[int, NDArray[np.complex64]]]:
    for begin in range(0, len(images), _READ_AT_ONCE):
        places = images[begin : begin + _READ_AT_ONCE]
        block = data.fields("data")[places[0] : places[-1] + 1]
        for index, place in enumerate(places, begin):
            shape = (int(heads[index]["active_channels"]), int(heads[index]["number_of_samples"]))
            values = np.asarray(block[place - places[0]]).view(np.complex64)
            if values.size != shape[0] * shape[1]:
                raise ReconError(f"{path} is damaged: readout {place} has {values.size} values, not {shape}")
            yield index, values.reshape(shape)


def _voxel(space: Any) -> tuple[float, float, float]:
    matrix, field = space.matrixSize, space.fieldOfView_mm
    return field.z / matrix.z, field.y / matrix.y, field.x / matrix.x
