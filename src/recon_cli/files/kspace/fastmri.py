"""The HDF5 layout of the fastMRI data set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .axes import default_axes
from .hdf5 import member, read_numbers
from .samples import Stored

_AXES = {2: "yx", 3: "syx", 4: "scyx"}


def read_fastmri(path: Path, file: Any, axes: str | None) -> Stored:
    """Read `kspace`, `(slice, y, x)` for a single coil or `(slice, coil, y, x)`, and `mask` if there is one.

    Args:
        path: of the file, for errors.
        file: the open `h5py.File`.
        axes: letters that say otherwise.

    Raises:
        ReconError: when the datasets cannot be read or have a wrong number of axes.
    """
    array = read_numbers(path, member(path, file, "kspace"))
    mask = member(path, file, "mask")
    return Stored(
        array,
        axes or default_axes(path, array.shape, _AXES),
        "fastMRI HDF5",
        mask=None if mask is None else read_numbers(path, mask),
    )
