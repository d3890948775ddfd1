"""MATLAB's files, version 5 and version 7.3."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from ..decoding import decoding
from ..separate_process import read_in_process
from .arrays import KSPACE_NAMES
from .axes import MATLAB_AXES, default_axes
from .checks import chosen, wanted
from .mat5 import list_variables, read_variable
from .recognise import recognise
from .samples import Stored


def read_mat_kspace(path: Path, axes: str | None, variable: str | None = None) -> Stored:
    """Read k-space from a MATLAB file; without axes the coils come last, `(y, x, coil, slice, repetition)`.

    Without the name of a variable it is `kspace`, `kdata` or `data`, or the only complex one.

    Raises:
        ReconError: when the file is damaged, the variable is not clear or has a wrong number of axes.
    """
    array = read_mat(path, KSPACE_NAMES, prefer_complex=True, variable=variable)
    return Stored(array, axes or default_axes(path, array.shape, MATLAB_AXES), "mat")


def read_mat(
    path: Path, preferred: Sequence[str], prefer_complex: bool, variable: str | None = None
) -> NDArray[Any]:
    """Read a variable with the axes as MATLAB shows them.

    Args:
        path: of the file, version 5 or 7.3.
        preferred: the usual names; when none is there, the only array of more than one value is taken.
        prefer_complex: of several, take the only complex one.
        variable: the name that the user gives, or None.

    Raises:
        ReconError: when the file is damaged or too large, or the variable is not there or not clear.
    """
    preferred = (variable,) if variable is not None else preferred
    if recognise(path) == "mat 7.3":
        arrays = read_in_process("matlab", path, *preferred).arrays
    else:
        arrays = _read_5(path, preferred)
    if prefer_complex and variable is None and len(arrays) > 1:
        arrays = {name: array for name, array in arrays.items() if array.dtype.kind == "c"}
    return arrays[chosen(path, list(arrays), preferred, variable)]


def _read_5(path: Path, preferred: Sequence[str]) -> dict[str, NDArray[Any]]:
    with decoding(path):
        variables = {variable.name: variable for variable in list_variables(path)}
        arrays = {name: (variable.shape, variable.itemsize) for name, variable in variables.items()}
        return {name: read_variable(path, variables[name]) for name in wanted(path, arrays, preferred)}
