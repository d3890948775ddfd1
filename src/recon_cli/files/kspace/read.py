"""K-space from any of the formats that can be read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ..masks import as_mask, fit_mask
from ..separate_process import read_in_process
from .arrays import read_npy_kspace, read_npz_kspace
from .axes import arrange, check_axes, check_lengths
from .cfl import read_cfl_kspace
from .checks import complex_values
from .mat import read_mat_kspace
from .recognise import recognise
from .samples import KSpace, Stored


def read_kspace(path: Path, axes: str | None = None) -> KSpace:
    """Read Cartesian 2-D k-space; the format is recognised by content, BART's pair of files by name.

    Formats: npy, npz, MATLAB, BART cfl, fastMRI HDF5 and ISMRMRD HDF5. Without axes, arrays are taken as
    `(y, x)`, `(coil, y, x)`, `(slice, coil, y, x)` or `(repetition, slice, coil, y, x)`, MATLAB's with y and
    x first, and the other formats by their own conventions. Mask and maps of an npz file have y and x in
    the order of its samples.

    Args:
        path: a file; for BART also the name of the pair without suffix.
        axes: one letter for each stored axis, `s` slice, `t` repetition, `c` coil, `y` rows, `x` columns,
            `1` an axis of length one.

    Returns:
        The samples with what else the file tells.

    Raises:
        ReconError: when the axes are wrong or hardly what the file holds, or the file is missing, damaged,
            too large or of another format, or its samples are not complex, not finite or all zero.
    """
    if axes is not None:
        check_axes(axes)
    stored = _decode(path, axes)
    if axes is None:
        check_lengths(path, stored.array.shape, stored.letters)
    array, frame_shape, text = arrange(path, stored.array, stored.letters)
    samples = complex_values(array, str(path), "k-space is")
    swapped = stored.letters.index("x") < stored.letters.index("y")
    return KSpace(
        samples,
        _mask(path, stored, samples.shape, swapped),
        _maps(path, stored, samples.shape, swapped),
        frame_shape,
        text,
        stored.layout,
        stored.voxel,
        stored.noise,
    )


def _decode(path: Path, axes: str | None) -> Stored:
    match recognise(path):
        case "npy":
            return read_npy_kspace(path, axes)
        case "npz":
            return read_npz_kspace(path, axes)
        case "cfl":
            return read_cfl_kspace(path, axes)
        case "mat" | "mat 7.3":
            return read_mat_kspace(path, axes)
        case "hdf5":
            content = read_in_process("kspace", path, axes or "")
            facts, voxel = content.facts, content.facts["voxel"]
            return Stored(
                content.arrays["array"],
                facts["letters"],
                facts["layout"],
                content.arrays.get("mask"),
                voxel=voxel and tuple(voxel),
                noise=content.arrays.get("noise"),
            )
    raise ReconError(f"{path} is not k-space: npy, npz, MATLAB, BART cfl, fastMRI and ISMRMRD can be read")


def _mask(path: Path, stored: Stored, shape: tuple[int, ...], swapped: bool) -> NDArray[np.bool_] | None:
    if stored.mask is None:
        return None
    name = f"the mask in {path}"
    mask = as_mask(stored.mask, name)
    return fit_mask(np.atleast_2d(mask).T if swapped else mask, shape[2], shape[3], name)


def _maps(path: Path, stored: Stored, shape: tuple[int, ...], swapped: bool) -> NDArray[np.complex64] | None:
    if stored.maps is None:
        return None
    maps = stored.maps.swapaxes(-1, -2) if swapped and stored.maps.ndim > 1 else stored.maps
    if maps.shape != shape[1:]:
        raise ReconError(f"the maps in {path} have shape {maps.shape}, but its k-space needs {shape[1:]}")
    return complex_values(maps, f"the maps in {path}", "coil maps are")
