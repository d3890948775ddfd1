"""Readouts of an ISMRMRD file that come with their trajectory."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ..limits import check_size
from .ismrmrd_frames import Frames
from .ismrmrd_header import Encoding
from .ismrmrd_images import LAYOUT, Noise, details_of, field_of, letters_of, voxel_of
from .ismrmrd_readouts import Readouts
from .samples import Stored
from .trajectory import check_units

_PER_PIXEL = 0.5 * (1 + 1e-3)
"""Reach of a trajectory in cycles per pixel, as MRIReco and KomaMRI store it."""


def read_trajectory(
    readouts: Readouts, places: NDArray[Any], encoding: Encoding, frames: Frames, noise: Noise
) -> Stored:
    """Return readouts and where they lie, in cycles per field of view of the images that are wanted.

    Coordinates up to 0.5 are cycles per pixel, others cycles per field of view of the encoded space.

    Args:
        readouts: all of the file.
        places: those of images.
        encoding: of these.
        frames: which images they are.
        noise: covariance of the coils' noise.

    Raises:
        ReconError: when readouts have different lengths, are 3-D, or in other units.
    """
    path, heads = readouts.path, readouts.heads[places]
    lengths = np.unique(heads["number_of_samples"].astype(int))
    if len(lengths) > 1:
        raise ReconError(
            f"{path} has readouts of {lengths[0]} to {lengths[-1]} samples; only one length can be read"
        )
    slices, series = frames.slices_of(heads), frames.series_of(heads)
    own = slices * frames.shape[1] + series
    # the place of each readout in its frame
    turn = np.zeros(len(own), int)
    counts = np.zeros(frames.shape[0] * frames.shape[1], int)
    for index, frame in enumerate(own):
        turn[index] = counts[frame]
        counts[frame] += 1
    shape = (len(counts), int(heads[0]["active_channels"]), int(counts.max()), int(lengths[0]))
    check_size(path, shape)
    samples = np.zeros(shape, np.complex64)
    coordinates = np.zeros((len(counts), *shape[2:], 2), np.float32)
    mask = np.zeros((len(counts), *shape[2:]), bool)
    for index, readout in readouts.samples(places):
        samples[own[index], :, turn[index]] = readout
        first, last = int(heads[index]["discard_pre"]), int(heads[index]["discard_post"])
        mask[own[index], turn[index], first : shape[3] - last] = True
    for index, along in readouts.coordinates(places):
        if along.shape[1] > 2 and np.abs(along[:, 2:3]).max() > 0:
            raise ReconError(f"{path} has a 3-D trajectory; 2-D ones can be read")
        if along.shape[1] < 2:
            raise ReconError(f"{path} has a trajectory of one coordinate; two are needed")
        coordinates[own[index], turn[index]] = along[:, 1::-1]
    matrix = (field_of(encoding, 1), field_of(encoding, 0))
    wanted = (encoding.recon.matrix[1], encoding.recon.matrix[0])
    details = replace(
        details_of(encoding, frames, 1),
        trajectory=_in_cycles(str(path), coordinates, encoding, matrix),
        matrix=matrix,
        space=None if matrix == wanted else (matrix, wanted),
    )
    details = replace(details, words={**details.words, "y": "readout", "x": "sample"})
    array = samples.reshape(*frames.shape, *shape[1:])
    return Stored(array, letters_of(frames), LAYOUT, mask, None, voxel_of(encoding, frames), noise, details)


def _in_cycles(
    name: str, coordinates: NDArray[np.float32], encoding: Encoding, matrix: tuple[int, int]
) -> NDArray[np.float32]:
    width, height, _ = encoding.encoded.matrix
    encoded = np.array([height, width], np.float32)
    if np.abs(coordinates).max() <= _PER_PIXEL:
        coordinates = coordinates * encoded
    check_units(coordinates, f"the trajectory of {name}")
    return coordinates * (np.array(matrix, np.float32) / encoded)
