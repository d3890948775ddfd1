"""Whether the compiled kernels are in use, and why not; told without PyTorch, as the command line has to."""

from __future__ import annotations

import ctypes
import os
from functools import cache
from pathlib import Path
from typing import NamedTuple

from .structures import STRUCTURES


class Kernels(NamedTuple):
    """The library, or why there is none.

    Attributes:
        library: the compiled kernels.
        absence: what keeps them from use, half a sentence.
    """

    library: ctypes.CDLL | None
    absence: str = ""


@cache
def kernels() -> Kernels:
    """Load the kernels, unless `RECON_NATIVE=0` forbids them."""
    if os.environ.get("RECON_NATIVE") == "0":
        return Kernels(None, "RECON_NATIVE=0 forbids them")
    return load(Path(__file__).with_name("kernels.so"))


def load(place: Path) -> Kernels:
    """Load kernels from a file, and compare the structures that Python and C share."""
    if not place.is_file():
        return Kernels(
            None, "the installed package holds none: it is for all systems, or was made without a C compiler"
        )
    try:
        library = ctypes.CDLL(str(place))
    except OSError:
        return Kernels(None, f"{place} was compiled for another machine")
    try:
        sizes = (ctypes.c_long * len(STRUCTURES)).in_dll(library, "structure_sizes")
    except ValueError:  # before sizes were compared
        sizes = None
    if sizes is None or [*sizes] != [*map(ctypes.sizeof, STRUCTURES)]:
        return Kernels(None, f"{place} was compiled for another version of recon")
    return Kernels(library)


def kernels_in_use(device: str = "cpu") -> str:
    """Say whether the kernels are in use on a device, and why not."""
    absence = kernels().absence if device == "cpu" else f"they are for CPUs, and the device is {device}"
    return f"not in use ({absence})" if absence else "in use"
