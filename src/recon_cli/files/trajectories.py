"""Where readouts lie in k-space, when they lie on no grid."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ReconError
from .kspace.arrays import read_npy, read_npz_array
from .kspace.cfl import read_cfl
from .kspace.checks import NUMBERS
from .kspace.mat import read_mat
from .kspace.recognise import recognise

TRAJECTORY_NAMES = ("trajectory", "traj", "coord", "k")


def read_coordinates(path: Path, plane: tuple[int, int]) -> NDArray[np.float32]:
    """Read a trajectory.

    Formats: npy, npz, MATLAB and BART cfl, with an axis of two coordinates, along rows and along columns (a
    third one has to be zero), first or last, in cycles per field of view.

    Args:
        path: of the file.
        plane: readouts and samples of each, as k-space has them.

    Returns:
        `(readouts, samples, 2)`.

    Raises:
        ReconError: when the file cannot be read, or does not suit k-space.
    """
    array = _decode(path)
    if array.dtype.kind not in NUMBERS or array.dtype.kind == "c" or not np.isfinite(array).all():
        raise ReconError(f"{path} holds no trajectory: its values are not real and finite")
    array = array.squeeze()
    for axis in (-1, 0):
        if array.ndim == 3 and array.shape[axis] in (2, 3):
            coordinates = np.moveaxis(array, axis, -1)
            for candidate in (coordinates, coordinates.swapaxes(0, 1)):
                if candidate.shape[:2] == plane:
                    return _in_plane(str(path), candidate.astype(np.float32))
    raise ReconError(
        f"{path} has the shape {array.shape}; a trajectory for {plane[0]} readouts of {plane[1]} samples has "
        f"the shape ({plane[0]}, {plane[1]}, 2), as k-space has it, with an axis of two coordinates"
    )


def _in_plane(name: str, coordinates: NDArray[np.float32]) -> NDArray[np.float32]:
    if coordinates.shape[-1] == 3 and np.abs(coordinates[..., 2]).max() > 0:
        raise ReconError(f"{name} is a 3-D trajectory; 2-D ones can be read")
    return np.ascontiguousarray(coordinates[..., :2])


def _decode(path: Path) -> NDArray[Any]:
    match recognise(path):
        case "npy":
            return read_npy(path)
        case "npz":
            return read_npz_array(path, TRAJECTORY_NAMES)
        case "mat" | "mat 7.3":
            return read_mat(path, TRAJECTORY_NAMES, prefer_complex=False)
        case "cfl":
            array = read_cfl(path)
            if array.imag.any():
                raise ReconError(f"{path} holds no trajectory: its values are not real and finite")
            return array.real
    raise ReconError(f"{path} is no trajectory: npy, npz, MATLAB and BART cfl can be read")
