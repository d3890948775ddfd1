"""What every reader of arrays checks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError

MAX_VALUES = 2**28
NUMBERS = "biufc"
_AXES = ("frame", "coil", "y", "x")


@contextmanager
def decoding(path: Path) -> Iterator[None]:
    """Turn whatever a decoder raises on a broken file into a ReconError that names the file."""
    try:
        yield
    except ReconError:
        raise
    except Exception as error:  # decoders raise errors of many kinds on broken files
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ReconError(f"{path} is damaged or not supported: {reason}") from error


def check_size(path: Path, shape: Sequence[int]) -> None:
    """Raise a ReconError when a declared shape holds more than MAX_VALUES values."""
    values = math.prod(shape)
    if values > MAX_VALUES:
        raise ReconError(f"{path} declares {values} values; at most {MAX_VALUES} can be read")


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
            f"{path} holds several arrays, {listed}; keep one of them, under the name {preferred[0]}"
        )
    return found[0]


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
