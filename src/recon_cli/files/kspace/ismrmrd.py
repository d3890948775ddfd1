"""The ISMRMRD format, HDF5 with one record for each readout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from .ismrmrd_frames import Frames
from .ismrmrd_grid import Grid
from .ismrmrd_header import Encoding, read_encodings
from .ismrmrd_images import as_slices, as_volume
from .ismrmrd_readouts import Readouts
from .ismrmrd_trajectory import read_trajectory
from .samples import Stored

_NOISE, _CALIBRATION, _CALIBRATION_AND_IMAGING, _REVERSE = 19, 20, 21, 22
"""Flags of readouts, numbered from 1 in the standard."""
_WITHOUT_IMAGE = (_NOISE, 23, 24, 26, 27, 28, 29, 30, 31)
"""Noise, navigators, phase correction, feedback, dummy scans, and the correction of surface coils."""
_APART = ("separate", "external")
"""Calibration that is no part of the images: it may have another contrast."""


def read_ismrmrd(path: Path, group: Any) -> Stored:
    """Read Cartesian readouts into the encoded matrix, and others with their trajectory.

    A readout lies at its `kspace_encode_step_1`, moved so that the `center` of the encoding limits, if it
    is not 0, comes to the middle; a short one lies so that its `center_sample` is in the middle. What hits
    the same place, such as averages, is averaged. Each slice, contrast, phase, set and repetition is a frame.
    A noise scan gives the covariance of the coils' noise. Calibration that belongs to the images is a part of
    them, a separate one is for coil maps alone. Navigators and other readouts without image are left out.
    The oversampling of readouts is taken away; a 3-D acquisition becomes slices across its readouts.

    Args:
        path: of the file, for errors.
        group: the open `h5py.Group` with `xml` and `data`.

    Returns:
        The samples, with the masks of where readouts were acquired, the voxel size of the images that are
        wanted, where they lie, and the noise where there was a scan of it.

    Raises:
        ReconError: when the file is damaged, or holds no image that can be read.
    """
    encodings = read_encodings(path, group)
    readouts = Readouts.of(path, group)
    heads = readouts.heads
    shown = np.flatnonzero(~_has(heads, *_WITHOUT_IMAGE))
    calibrates = _has(heads[shown], _CALIBRATION) & ~_has(heads[shown], _CALIBRATION_AND_IMAGING)
    images, calibration = shown[~calibrates], shown[calibrates]
    if not len(images):
        raise ReconError(f"{path} holds no readout of an image")
    encoding = _encoding(path, encodings, heads[images])
    coils = _same(path, heads[images]["active_channels"], "numbers of coils")
    calibration = calibration[heads[calibration]["active_channels"] == coils]
    frames = Frames.of(heads[images])
    joined = np.array([], int) if encoding.calibration in _APART else calibration
    of_images = heads["encoding_space_ref"][joined] == heads[images[0]]["encoding_space_ref"]
    known = (frames.series_of(heads[joined]) >= 0) & (frames.slices_of(heads[joined]) >= 0)
    joined = joined[of_images & known]
    apart = np.setdiff1d(calibration, joined)
    every = np.sort(np.concatenate([images, joined]))
    noise = np.flatnonzero(_has(heads, _NOISE))
    covariance = _covariance(readouts, noise, heads[images[0]]["sample_time_us"]) if len(noise) else None
    if has_trajectory(encoding, heads[images]):
        return read_trajectory(readouts, every, encoding, frames, covariance)
    _check_cartesian(path, encoding, heads[every])
    grid = Grid.of(readouts, every, encoding, frames)
    extra = None
    if len(apart):
        of = _encoding(path, encodings, heads[apart])
        extra = grid.calibration(readouts, apart, of, frames)
    make = as_volume if grid.samples.shape[3] > 1 else as_slices
    return make(grid, extra, encoding, frames, covariance)


def _has(heads: NDArray[Any], *kinds: int) -> NDArray[np.bool_]:
    """Return which readouts have one of some flags."""
    return (heads["flags"] & np.uint64(sum(1 << (kind - 1) for kind in kinds))) != 0


def has_trajectory(encoding: Encoding, heads: NDArray[Any]) -> bool:
    """Return whether readouts lie where their coordinates say, and on no grid."""
    return encoding.trajectory != "cartesian" and bool((heads["trajectory_dimensions"] > 0).all())


def _encoding(path: Path, encodings: list[Encoding], heads: NDArray[Any]) -> Encoding:
    place = _same(path, heads["encoding_space_ref"], "encoding spaces")
    if place >= len(encodings):
        raise ReconError(f"the header of {path} names {len(encodings)} encodings, and readouts have {place}")
    return encodings[place]


def _same(path: Path, values: NDArray[Any], what: str) -> int:
    found = np.unique(values)
    if len(found) > 1:
        raise ReconError(f"{path} has several {what}, {', '.join(map(str, found))}; only one can be read")
    return int(found[0])


def _check_cartesian(path: Path, encoding: Encoding, heads: NDArray[Any]) -> None:
    if encoding.trajectory != "cartesian":
        raise ReconError(
            f"{path} has a {encoding.trajectory} trajectory and no coordinates of its readouts; convert it "
            "with its trajectory"
        )
    if _has(heads, _REVERSE).any():
        raise ReconError(
            f"{path} has reversed readouts, whose phase is not corrected here; correct them first"
        )
    if encoding.encoded.matrix[2] > 1 and len(np.unique(heads["idx"]["slice"])) > 1:
        raise ReconError(f"{path} has several slabs of a 3-D acquisition; store each in a file of its own")
    if encoding.encoded.matrix[2] == 1 and heads["idx"]["kspace_encode_step_2"].any():
        raise ReconError(
            f"{path} has partitions of a 3-D acquisition, and its header an encoded matrix of one; correct "
            "the header"
        )


def _covariance(readouts: Readouts, places: NDArray[Any], dwell: float) -> NDArray[np.complex128] | None:
    """Return the covariance of a noise scan's samples, at the bandwidth of the image; None for too few."""
    head = readouts.heads[places[0]]
    coils = int(head["active_channels"])
    held = [values for _, values in readouts.samples(places) if len(values) == coils]
    noise = np.concatenate(held, 1).astype(np.complex128)
    if noise.shape[1] < 2 * coils:
        return None
    scanned = float(head["sample_time_us"])
    # a shorter dwell time lets more noise in
    bandwidth = scanned / dwell if scanned > 0 and dwell > 0 else 1.0
    return np.asarray(noise @ noise.conj().T / noise.shape[1] * bandwidth)
