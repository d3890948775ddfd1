"""K-space from any of the formats that can be read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ..content import Content
from ..masks import as_mask, fit_mask
from ..separate_process import read_in_process
from .arrays import read_npy_kspace, read_npz_kspace
from .axes import arrange, check_axes, check_lengths
from .cfl import read_cfl_kspace
from .checks import complex_values
from .mat import read_mat_kspace
from .recognise import recognise
from .samples import Details, KSpace, Stored
from .unit import divided, unit_of

_CONVERTERS = {
    ("Siemens", "siemens_to_ismrmrd"): (".dat",),
    ("GE", "ge_to_ismrmrd"): (".7", "scanarchive.h5"),
    ("Philips", "philips_to_ismrmrd"): (".lab", ".raw", ".sin"),
    ("Bruker", "bruker_to_ismrmrd"): ("fid", ".job0"),
}
"""Maker and program, of files with these endings."""


def read_kspace(path: Path, axes: str | None = None, variable: str | None = None) -> KSpace:
    """Read 2-D k-space; the format is recognised by content, BART's pair of files by name.

    Formats: npy, npz, MATLAB, BART cfl, fastMRI HDF5 and ISMRMRD HDF5. Without axes, arrays are taken as
    `(y, x)`, `(coil, y, x)`, `(slice, coil, y, x)` or `(repetition, slice, coil, y, x)`, MATLAB's with y and
    x first, and the other formats by their own conventions. Mask and maps of an npz file have y and x in
    the order of its samples.

    Args:
        path: a file; for BART also the name of the pair without suffix.
        axes: one letter for each stored axis, `s` slice, `t` repetition, `c` coil, `y` rows, `x` columns,
            `1` an axis of length one.
        variable: of a MATLAB or npz file that holds several.

    Returns:
        The samples with what else the file tells.

    Raises:
        ReconError: when the axes are wrong or hardly what the file holds, or the file is missing, damaged,
            too large or of another format, or its samples are not complex, not finite or all zero.
    """
    if axes is not None:
        check_axes(axes)
    stored = _decode(path, axes, variable)
    if axes is None:
        check_lengths(path, stored.array.shape, stored.letters)
    array, frame_shape, text = arrange(path, stored.array, stored.letters, stored.details.words)
    unit = unit_of(array)
    samples = complex_values(divided(array, unit), str(path), "k-space is")
    details = stored.details
    if details.calibration is not None:
        lines = divided(details.calibration, unit)
        lines = complex_values(lines, f"the calibration in {path}", "k-space is")
        details = replace(details, calibration=lines)
    swapped = stored.letters.index("x") < stored.letters.index("y")
    return KSpace(
        samples,
        _mask(path, stored, samples.shape, swapped),
        _maps(path, stored, samples.shape, swapped),
        frame_shape,
        text,
        stored.layout,
        stored.voxel,
        None if stored.noise is None else stored.noise / unit / unit,
        details,
        unit,
    )


def _decode(path: Path, axes: str | None, variable: str | None) -> Stored:
    found = recognise(path)
    if variable is not None and found not in ("npz", "mat", "mat 7.3"):
        raise ReconError(f"--variable names an array of a MATLAB or npz file, and {path} is none", 2)
    match found:
        case "npy":
            return read_npy_kspace(path, axes)
        case "npz":
            return read_npz_kspace(path, axes, variable)
        case "cfl":
            return read_cfl_kspace(path, axes)
        case "mat" | "mat 7.3":
            return read_mat_kspace(path, axes, variable)
        case "hdf5":
            return _of_hdf5(read_in_process("kspace", path, axes or ""))
    raise ReconError(
        f"{path} is not k-space: npy, npz, MATLAB, BART cfl, fastMRI and ISMRMRD can be read{_hint(path)}"
    )


def _of_hdf5(content: Content) -> Stored:
    """Return what another process read; its tuples came as lists."""
    held: dict[str, Any] = {**content.facts, **content.arrays}
    voxel, space, matrix = (held[name] for name in ("voxel", "space", "matrix"))
    details = Details(
        held["affine"],
        held["calibration"],
        tuple(held["names"]),
        held["words"],
        space and (tuple(space[0]), tuple(space[1])),
        held["volume"],
        held["trajectory"],
        matrix and tuple(matrix),
        tuple(held["remarks"]),
    )
    return Stored(
        held["array"],
        held["letters"],
        held["layout"],
        held["mask"],
        voxel=voxel and tuple(voxel),
        noise=held["noise"],
        details=details,
    )


def _hint(path: Path) -> str:
    """Return which program converts the file of a scanner, by its name."""
    name = path.name.lower()
    for maker, endings in _CONVERTERS.items():
        if name.endswith(endings):
            return f"; that of {maker[0]} is converted by {maker[1]}"
    return ""


def _mask(path: Path, stored: Stored, shape: tuple[int, ...], swapped: bool) -> NDArray[np.bool_] | None:
    if stored.mask is None:
        return None
    name = f"the mask in {path}"
    mask = as_mask(stored.mask, name)
    ordered = np.atleast_2d(mask).swapaxes(-1, -2) if swapped else mask
    return fit_mask(ordered, shape[2], shape[3], name, shape[0])


def _maps(path: Path, stored: Stored, shape: tuple[int, ...], swapped: bool) -> NDArray[np.complex64] | None:
    if stored.maps is None:
        return None
    maps = stored.maps.swapaxes(-1, -2) if swapped and stored.maps.ndim > 1 else stored.maps
    if maps.ndim not in (3, 4) or maps.shape[-3:] != shape[1:]:
        raise ReconError(
            f"the maps in {path} have shape {maps.shape}, but its k-space needs {shape[1:]}; take them out "
            "of the file, and give others with --maps FILE, or none, so that they are estimated"
        )
    return complex_values(maps, f"the maps in {path}", "coil maps are")
