"""Cartesian readouts of an ISMRMRD file in their matrix."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ..limits import check_size
from .ismrmrd_frames import Frames
from .ismrmrd_header import Encoding
from .ismrmrd_readouts import Readouts


@dataclass(frozen=True)
class Grid:
    """K-space of frames.

    Attributes:
        samples: `(slices, series, coils, z, y, x)`, zero where nothing was acquired.
        masks: where something was, `(slices, series, z, y, x)`.
    """

    samples: NDArray[np.complex64]
    masks: NDArray[np.bool_]

    @classmethod
    def of(cls, readouts: Readouts, places: NDArray[Any], encoding: Encoding, frames: Frames) -> Grid:
        """Put readouts where they belong; several in the same place are averaged.

        Args:
            readouts: all of the file.
            places: those to take.
            encoding: of these.
            frames: of the file.

        Raises:
            ReconError: when one lies outside of the matrix, or it is too large.
        """
        heads = readouts.heads[places]
        series = frames.series_of(heads)
        width, height, depth = encoding.encoded.matrix
        return _fill(
            readouts,
            places,
            (frames.slices_of(heads), series),
            _steps(heads, encoding, (height, depth)),
            (*frames.shape, int(heads[0]["active_channels"]), depth, height, width),
        )

    def calibration(
        self, readouts: Readouts, places: NDArray[Any], encoding: Encoding, frames: Frames
    ) -> NDArray[np.complex64] | None:
        """Return readouts for coil maps alone, `(slices, coils, z, y, x)`, around the middle of this matrix.

        Args:
            readouts: all of the file.
            places: those to take.
            encoding: of these, which may have a matrix of its own.
            frames: of the file; a slice without any of them gets nothing.
        """
        slices = frames.slices_of(readouts.heads[places])
        places, slices = places[slices >= 0], slices[slices >= 0]
        if not len(places):
            return None
        _, _, coils, depth, height, width = self.samples.shape
        steps = _steps(readouts.heads[places], encoding, (height, depth))
        shape = (frames.shape[0], 1, coils, depth, height, width)
        return _fill(readouts, places, (slices, np.zeros_like(slices)), steps, shape).samples[:, 0]


def _steps(
    heads: NDArray[Any], encoding: Encoding, lengths: tuple[int, int]
) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Return the row and the partition of readouts: the centre of the limits comes to the middle."""
    found = []
    own = (encoding.encoded.matrix[1], encoding.encoded.matrix[2])
    for step, (name, length) in enumerate(zip(("1", "2"), lengths, strict=True)):
        centre = encoding.centres[step] or own[step] // 2
        counters = heads["idx"][f"kspace_encode_step_{name}"].astype(int)
        found.append(counters + length // 2 - centre if length > 1 else counters)
    return found[0], found[1]


def _fill(
    readouts: Readouts,
    places: NDArray[Any],
    frames: tuple[NDArray[np.int_], NDArray[np.int_]],
    steps: tuple[NDArray[np.int_], NDArray[np.int_]],
    shape: tuple[int, int, int, int, int, int],
) -> Grid:
    slices, series, _, depth, height, width = shape
    check_size(readouts.path, shape)
    samples = np.zeros(shape, np.complex64)
    counts = np.zeros((slices, series, depth, height, width), np.uint16)
    for index, readout in readouts.samples(places):
        first, last, start = _columns(readouts.heads[places[index]], width)
        frame, row, partition = (frames[0][index], frames[1][index]), steps[0][index], steps[1][index]
        stop = start + last - first
        if start < 0 or stop > width or not 0 <= row < height or not 0 <= partition < depth:
            raise _outside(readouts.path, (row, partition), (start, stop), (height, width, depth))
        samples[frame][:, partition, row, start:stop] += readout[:, first:last]
        counts[frame][partition, row, start:stop] += 1
    samples /= np.maximum(counts, 1)[:, :, None]
    return Grid(samples, counts > 0)


def _outside(
    path: Path, step: tuple[int, int], columns: tuple[int, int], matrix: tuple[int, int, int]
) -> ReconError:
    height, width, depth = matrix
    partition = f"partition {step[1]}, " if depth > 1 else ""
    size = f"{height} x {width}" + (f" x {depth}" if depth > 1 else "")
    return ReconError(
        f"{path} has a readout at {partition}row {step[0]}, columns {columns[0]} to {columns[1] - 1}, "
        f"outside of its encoded matrix, {size}"
    )


def _columns(head: Any, width: int) -> tuple[int, int, int]:
    """Return the first sample to keep, the one after the last, and the column of the first."""
    length, before = int(head["number_of_samples"]), int(head["discard_pre"])
    shift = 0 if length == width else width // 2 - int(head["center_sample"])
    return before, max(before, length - int(head["discard_post"])), shift + before
