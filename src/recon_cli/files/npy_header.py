"""The header of an npy file, which says how large the array is before it is read."""

from __future__ import annotations

from typing import IO, Any

import numpy as np
from numpy.lib import format as npy


def npy_header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Return shape and dtype of the array that begins here."""
    version = npy.read_magic(file)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = read(file)
    return shape, dtype
