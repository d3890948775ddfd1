"""Reconstructed frames as images: on the grid that is wanted, and as a volume where they were one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...files.kspace.space import fitted
from ...files.reconstructions import About

if TYPE_CHECKING:
    from ...files.kspace.samples import KSpace


def finished(frames: NDArray[Any], measured: KSpace) -> NDArray[Any]:
    """Return frames with the field of view and the matrix that the file wants, `(images, height, width)`.

    Args:
        frames: as they were reconstructed, `(frames, height, width)`.
        measured: what they were reconstructed from.
    """
    if measured.details.space is not None:
        field, matrix = measured.details.space
        for axis in (0, 1):
            frames = fitted(frames, axis + 1, field[axis], matrix[axis])
    if measured.details.volume:
        rows, columns = frames.shape[1:]
        volume = frames.reshape(-1, series_of(measured), rows, columns).transpose(3, 1, 2, 0)
        frames = volume.reshape(-1, *volume.shape[2:])
    return np.ascontiguousarray(frames)


def finished_shape(measured: KSpace) -> tuple[int, int, int]:
    """Return the shape that `finished` frames have."""
    frames, _, height, width = measured.samples.shape
    height, width = measured.details.matrix or (height, width)
    if measured.details.space is not None:
        height, width = measured.details.space[1]
    if measured.details.volume:
        series = series_of(measured)
        return width * series, height, frames // series
    return frames, height, width


def series_of(measured: KSpace) -> int:
    """Return how many frames each slice has."""
    return measured.frame_shape[1] if len(measured.frame_shape) > 1 else 1


def finished_frames(measured: KSpace) -> tuple[int, ...]:
    """Return the shape of the frames, as `KSpace` holds it, that `finished` ones have."""
    if not measured.details.volume:
        return measured.frame_shape
    return (finished_shape(measured)[0] // series_of(measured), *measured.frame_shape[1:])


def about(measured: KSpace) -> About:
    """Return what writers have to know of the images besides."""
    return About(measured.voxel, measured.details.affine, measured.details.names)
