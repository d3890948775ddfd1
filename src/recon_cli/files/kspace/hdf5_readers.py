"""What is read from HDF5 files, as arrays and plain facts; called in a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ...errors import ReconError
from ..content import Content
from .axes import default_axes
from .checks import wanted
from .hdf5 import is_numeric, member, open_hdf5, read_numbers
from .ismrmrd import read_ismrmrd
from .samples import Stored


def kspace(path: Path, axes: str = "") -> Content:
    """Read k-space of fastMRI or ISMRMRD: the `array` and perhaps other arrays, and the rest as facts.

    Args:
        path: of the file.
        axes: letters of the user, or none.

    Raises:
        ReconError: when it holds neither, or is damaged or too large.
    """
    stored = _decode(path, axes or None)
    facts = {"letters": stored.letters, "layout": stored.layout, "voxel": stored.voxel}
    every = {"mask": stored.mask, "noise": stored.noise, **vars(stored.details)}
    arrays = {name: held for name, held in every.items() if isinstance(held, np.ndarray)}
    plain = {name: held for name, held in every.items() if name not in arrays}
    return Content({"array": stored.array, **arrays}, facts | plain)


def matlab(path: Path, *preferred: str) -> Content:
    """Read the variables of a MATLAB 7.3 file that may be meant, see `checks.wanted`, as MATLAB shows them.

    Raises:
        ReconError: when it is damaged or too large.
    """
    with open_hdf5(path) as file:
        members = {str(name): member(path, file, name) for name in file}
        arrays = {
            name: (found.shape or (), found.dtype.itemsize)
            for name, found in members.items()
            if is_numeric(found) and found.attrs.get("MATLAB_class") != b"char"
        }
        return Content(
            {name: read_numbers(path, members[name]).T for name in wanted(path, arrays, preferred)}
        )


def numbers(path: Path, *names: str) -> Content:
    """Read the first of several datasets that is there, as `array`.

    Raises:
        ReconError: when none is there, or it is damaged or too large.
    """
    with open_hdf5(path) as file:
        name = next((name for name in names if name in file), None)
        if name is None:
            raise ReconError(f"{path} holds none of {', '.join(names)}")
        return Content({"array": read_numbers(path, member(path, file, name))})


def _decode(path: Path, axes: str | None) -> Stored:
    with open_hdf5(path) as file:
        names = [str(name) for name in file]
        if "kspace" in names:
            return _fastmri(path, file, axes)
        if "dataset" in names:
            if axes is not None:
                raise ReconError(f"{path} is an ISMRMRD file, which names its own axes; leave --axes out", 2)
            return read_ismrmrd(path, member(path, file, "dataset"))
    raise ReconError(
        f"{path} holds neither kspace (fastMRI) nor dataset (ISMRMRD), but {', '.join(names) or 'nothing'}"
    )


_AXES = {2: "yx", 3: "syx", 4: "scyx"}


def _fastmri(path: Path, file: Any, axes: str | None) -> Stored:
    """Read `kspace`, `(slice, y, x)` or `(slice, coil, y, x)`, and `mask` if there is one."""
    array = read_numbers(path, member(path, file, "kspace"))
    mask = member(path, file, "mask")
    return Stored(
        array,
        axes or default_axes(path, array.shape, _AXES),
        "fastMRI HDF5",
        mask=None if mask is None else read_numbers(path, mask),
    )
