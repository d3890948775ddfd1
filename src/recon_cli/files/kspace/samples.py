"""K-space as the rest of the project sees it, and as a file holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Details:
    """What a scanner's file tells besides.

    Attributes:
        affine: from column, row and slice of the images to right, anterior and superior in mm, `(4, 4)`, or
            None where they may lie anywhere.
        calibration: k-space for coil maps alone, `(slices, coils, height, width)`, or None.
        names: of the images of a slice, by the counters in which they differ; none where there is one.
        words: for axes, in place of the usual ones, by their letters.
        space: pixels of the field of view, and of the images in it, `(height, width)` each, that
            reconstructed images are brought to; None leaves them.
        volume: whether the slices lie along the readout of a 3-D acquisition: columns of the volume, whose
            rows are those of the frames, and whose slices are their columns.
        trajectory: of readouts that lie on no grid, `(frames, readouts, samples, 2)`, or one for all frames,
            in cycles per field of view along rows and columns; None for a grid.
        matrix: rows and columns of the image that such readouts make.
        remarks: sentences for the user.
    """

    affine: NDArray[np.float64] | None = None
    calibration: NDArray[np.complex64] | None = None
    names: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    space: tuple[tuple[int, int], tuple[int, int]] | None = None
    volume: bool = False
    trajectory: NDArray[np.float32] | None = None
    matrix: tuple[int, int] | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class KSpace:
    """2-D k-space of one or many frames.

    Attributes:
        samples: `(frames, coils, height, width)`, complex64, finite and not all zero; of readouts with a
            trajectory `(frames, coils, readouts, samples)`. They are what is stored, divided by `unit`.
        mask: `(height, width)`, or one for each frame, which samples were measured, or None when the file
            does not say.
        maps: `(coils, height, width)`, or one for each slice, complex64 coil maps, or None.
        frame_shape: `()` for a single frame, `(slices,)` or `(slices, repetitions)`; its product is the
            number of frames, and repetitions, or contrasts and so on, run fastest.
        axes: how each stored axis was read, as in "slice 5, coil 8, y 320, x 320".
        layout: name of the file's layout.
        voxel: size in mm, `(z, y, x)`, or None when the file does not say.
        noise: covariance of the coils' noise, `(coils, coils)`, by a noise scan, or None without one.
        details: what else a scanner's file tells.
        unit: what samples, calibration and, by its square, `noise` were divided by: a power of two, 1 where
            single precision holds the squares of the samples.
    """

    samples: NDArray[np.complex64]
    mask: NDArray[np.bool_] | None
    maps: NDArray[np.complex64] | None
    frame_shape: tuple[int, ...]
    axes: str
    layout: str
    voxel: tuple[float, float, float] | None
    noise: NDArray[np.complex128] | None = None
    details: Details = Details()
    unit: float = 1.0


@dataclass(frozen=True)
class Stored:
    """What a file holds, with its axes in the order of the file.

    Attributes:
        array: the samples, of any shape and dtype.
        letters: one for each axis of the array, as `axes.check_axes` describes them.
        layout: name of the file's layout.
        mask: as stored, or None.
        maps: as stored, or None.
        voxel: size in mm, `(z, y, x)`, or None.
        noise: covariance of the coils' noise, or None.
        details: what else a scanner's file tells.
    """

    array: NDArray[Any]
    letters: str
    layout: str
    mask: NDArray[Any] | None = None
    maps: NDArray[Any] | None = None
    voxel: tuple[float, float, float] | None = None
    noise: NDArray[np.complex128] | None = None
    details: Details = Details()
