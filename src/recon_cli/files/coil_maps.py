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


def read_maps(path: Path) -> NDArray[np.complex64]:
    """Read coil maps.

    Formats: npy and npz (named `maps` or `mps`, or the only array) as `(coil, y, x)`; MATLAB (the same names,
    or the only complex array) as `(y, x, coil)`; BART cfl as `ecalib` writes them. Of several sets of maps
    from `ecalib` the first is taken.

    Returns:
        `(coils, height, width)`, or `(slices, coils, height, width)` of several, complex64.

    Raises:
        ReconError: when the file cannot be read, has other axes, or its values are not complex, not finite
            or all zero.
    """
    array, letters = _decode(path)
    maps, _, _ = arrange(path, array, letters)
    return complex_values(maps[0] if len(maps) == 1 else maps, str(path), "coil maps are")


def _decode(path: Path) -> tuple[NDArray[Any], str]:
    match recognise(path):
        case "npy":
            array = read_npy(path)
            return array, default_axes(path, array.shape, NUMPY_AXES)
        case "npz":
            array = read_npz_array(path, MAPS_NAMES)
            return array, default_axes(path, array.shape, NUMPY_AXES)
        case "mat" | "mat 7.3":
            array = read_mat(path, MAPS_NAMES, prefer_complex=True)
            return array, default_axes(path, array.shape, MATLAB_AXES)
        case "cfl":
            array = read_cfl(path)
            if array.ndim > _MAPS_DIMENSION:
                array = array[(slice(None),) * _MAPS_DIMENSION + (slice(1),)]
            return array, cfl_axes(path, array.shape)
    raise ReconError(f"{path} holds no coil maps: npy, npz, MATLAB and BART cfl can be read")
