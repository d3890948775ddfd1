"""What every reader of arrays checks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from ..limits import check_size, count_of

NUMBERS = "biufc"
_AXES = ("frame", "coil", "y", "x")


def choose(path: Path, names: Sequence[str], preferred: Sequence[str]) -> str:
    """Return which array of a file is meant.

    Args:
        path: of the file.
        names: of its arrays.
        preferred: the usual names; when none is there, the only array is taken.

    Raises:
        ReconError: when there is none or the choice is not clear.
    """
    found = [name for name in preferred if name in names] or list(names)
    if not found:
        raise ReconError(f"{path} holds no array that could be {preferred[0]}")
    if len(found) > 1:
        listed = ", ".join(found)
        raise ReconError(
            f"{path} holds several arrays, {listed}; keep one of them, under the name {preferred[0]}, or of "
            "k-space name it with --variable"
        )
    return found[0]


def chosen(path: Path, names: Sequence[str], preferred: Sequence[str], variable: str | None) -> str:
    """Return the array that the user names, or without a name what `choose` finds.

    Raises:
        ReconError: as `choose`, and when there is no array of that name.
    """
    if variable is None:
        return choose(path, names, preferred)
    if variable not in names:
        raise ReconError(f"{path} holds no array {variable}, but {', '.join(names) or 'none'}", 2)
    return variable


def wanted(
    path: Path, arrays: Mapping[str, tuple[tuple[int, ...], int]], preferred: Sequence[str]
) -> list[str]:
    """Return which variables of a MATLAB file may be meant; all of them may be read together.

    Args:
        path: of the file.
        arrays: the shape and the bytes of a value, by name.
        preferred: the usual names; when none is there, every variable of more than one value.

    Raises:
        ReconError: when they are too large.
    """
    names = [name for name in preferred if name in arrays]
    names = names or [name for name, (shape, _) in arrays.items() if math.prod(shape) > 1]
    check_size(path, (sum(count_of(*arrays[name]) for name in names),))
    return names


def complex_values(array: NDArray[Any], name: str, what: str) -> NDArray[np.complex64]:
    """Return an array as complex64 after checking its values.

    Args:
        array: `(frames, coils, height, width)` without any number of the leading axes.
        name: where it comes from, for the error.
        what: subject and verb, as in "k-space is".

    Raises:
        ReconError: when it is empty, not complex, not finite or zero everywhere.
    """
    if array.size == 0:
        raise ReconError(f"{name} holds an empty array of shape {array.shape}")
    if array.dtype.kind != "c":
        raise ReconError(
            f"{name} holds real values ({array.dtype}), but {what} complex; "
            "if real and imaginary part are stacked, combine them first"
        )
    with np.errstate(over="ignore"):
        values = np.ascontiguousarray(array, np.complex64)
    wrong = ~np.isfinite(values)
    if wrong.any():
        first = tuple(int(index) for index in np.unravel_index(int(wrong.argmax()), wrong.shape))
        places = ", ".join(f"{axis} {index}" for axis, index in zip(_AXES[-array.ndim :], first, strict=True))
        raise ReconError(f"{name} has {int(wrong.sum())} NaN or infinite values, the first at {places}")
    if not values.any():
        raise ReconError(f"{name} holds no energy: all its values are zero")
    return values
