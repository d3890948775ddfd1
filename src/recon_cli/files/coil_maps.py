"""Coil sensitivity maps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ReconError
from .kspace.arrays import MAPS_NAMES, read_npy, read_npz_array
from .kspace.axes import MATLAB_AXES, NUMPY_AXES, arrange, default_axes
from .kspace.cfl import cfl_axes, read_cfl
from .kspace.checks import complex_values
from .kspace.mat import read_mat
from .kspace.recognise import recognise

_MAPS_DIMENSION = 4
_FEW = 0.02
"""Share of the pixels of the first set up to which a second one is left away."""


def read_maps(path: Path) -> NDArray[np.complex64]:
    """Read coil maps.

    Formats: npy and npz (named `maps` or `mps`, or the only array) as `(coil, y, x)`; MATLAB (the same names,
    or the only complex array) as `(y, x, coil)`; BART cfl as `ecalib` writes them. Of several sets of maps
    from `ecalib` the second is taken, too, where it is not zero in more than a few pixels.

    Returns:
        `(coils, height, width)`, or `(slices, coils, height, width)` of several, complex64; or several sets,
        `(slices, sets, coils, height, width)`.

    Raises:
        ReconError: when the file cannot be read, has other axes, or its values are not complex, not finite
            or all zero.
    """
    sets, letters = _decode(path)
    maps = [arrange(path, array, letters)[0] for array in sets[:2]]
    squeezed = maps[0][0] if len(maps[0]) == 1 else maps[0]
    first = complex_values(squeezed, str(path), "coil maps are")
    if len(maps) == 1 or _seen(maps[1]) <= _FEW * _seen(maps[0]):
        return first
    second = complex_values(maps[1], str(path), "coil maps are")
    return np.stack((first.reshape(second.shape), second), 1)


def _seen(maps: NDArray[Any]) -> int:
    """Return the pixels of `(slices, coils, height, width)` that some coil sees."""
    with np.errstate(invalid="ignore"):  # what is not finite is refused where it is needed
        return int(np.any(maps != 0, 1).sum())


def _decode(path: Path) -> tuple[list[NDArray[Any]], str]:
    """Return the stored arrays of sets of maps, and the letters of their axes."""
    match recognise(path):
        case "npy":
            array = read_npy(path)
            return [array], default_axes(path, array.shape, NUMPY_AXES)
        case "npz":
            array = read_npz_array(path, MAPS_NAMES)
            return [array], default_axes(path, array.shape, NUMPY_AXES)
        case "mat" | "mat 7.3":
            array = read_mat(path, MAPS_NAMES, prefer_complex=True)
            return [array], default_axes(path, array.shape, MATLAB_AXES)
        case "cfl":
            array = read_cfl(path)
            sets = [array]
            if array.ndim > _MAPS_DIMENSION:
                sets = np.split(array, array.shape[_MAPS_DIMENSION], _MAPS_DIMENSION)
            return sets, cfl_axes(path, sets[0].shape)
    raise ReconError(f"{path} holds no coil maps: npy, npz, MATLAB and BART cfl can be read")
