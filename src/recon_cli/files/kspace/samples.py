"""K-space as the rest of the project sees it, and as a file holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class KSpace:
    """Cartesian 2-D k-space of one or many frames.

    Attributes:
        samples: `(frames, coils, height, width)`, complex64, finite and not all zero.
        mask: `(height, width)`, which samples were measured, or None when the file does not say.
        maps: `(coils, height, width)`, complex64 coil maps, or None when the file has none.
        frame_shape: `()` for a single frame, `(slices,)` or `(slices, repetitions)`; its product is the
            number of frames, and repetitions run fastest.
        axes: how each stored axis was read, as in "slice 5, coil 8, y 320, x 320".
        layout: name of the file's layout.
        voxel: size in mm, `(z, y, x)`, or None when the file does not say.
        noise: covariance of the coils' noise, `(coils, coils)`, by a noise scan, or None without one.
    """

    samples: NDArray[np.complex64]
    mask: NDArray[np.bool_] | None
    maps: NDArray[np.complex64] | None
    frame_shape: tuple[int, ...]
    axes: str
    layout: str
    voxel: tuple[float, float, float] | None
    noise: NDArray[np.complex128] | None = None


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
    """

    array: NDArray[Any]
    letters: str
    layout: str
    mask: NDArray[Any] | None = None
    maps: NDArray[Any] | None = None
    voxel: tuple[float, float, float] | None = None
    noise: NDArray[np.complex128] | None = None
