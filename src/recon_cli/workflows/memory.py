"""How much memory a reconstruction may take."""

from __future__ import annotations

import ctypes
import math
import re
import sys

import psutil
import torch

from ..device import Device, choose_device
from ..errors import ReconError
from ..files.limits import get_memory

_SHARE, _MOST = 0.5, 2**31
_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}


def parse_memory(text: str) -> int:
    """Read an amount of memory, as `2GiB`, `500M` or a number of bytes; units are powers of 1024.

    Raises:
        ReconError: when it is none, or less than one byte.
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d*)?)\s*([kmgt]?)(?:i?b)?\s*", text.lower())
    size = float(match[1]) * _UNITS[match[2]] if match else 0.0
    if not 1 <= size < math.inf:
        raise ReconError(f"--memory takes an amount as 2GiB or 500M, and is {text or 'empty'}", 2)
    return int(size)


def usual_memory(device: Device) -> int:
    """Return half of the free memory of the device, at most 2 GiB, in bytes.

    With that, the whole process stays within 4 GiB for an image of 100 megapixels of 16 bits; larger tiles
    would spare a twentieth of the work.
    """
    return min(int(_SHARE * free_memory(device)), _MOST)


def free_memory(device: Device) -> int:
    """Return the memory of the device that nobody uses and this process may take, in bytes."""
    if choose_device(device) == "cuda":
        free: int = torch.cuda.mem_get_info()[0]
        return free
    available: int = psutil.virtual_memory().available
    limit = get_memory()
    return available if limit is None else max(0, min(available, limit - psutil.Process().memory_info().rss))


def give_back() -> None:
    """Return what is freed to the system; the C library may keep it, after many tiles gigabytes."""
    if sys.platform == "linux":
        library = ctypes.CDLL(None)
        if hasattr(library, "malloc_trim"):  # not every C library has it
            library.malloc_trim(0)


def check_memory(
    needed: int, allowed: int | None, device: Device, of: str, what: str, mend: str = ""
) -> None:
    """Refuse what does not fit, before it is begun.

    Args:
        needed: bytes.
        allowed: bytes that may be taken; None takes what is free.
        device: where the computation runs.
        of: what takes the memory.
        what: it is taken for, in words.
        mend: what the user may do besides taking a smaller model, in words.

    Raises:
        ReconError: when the memory does not suffice.
    """
    most = free_memory(device) if allowed is None else allowed
    if needed > most:
        by = "free" if allowed is None else "allowed"
        raise ReconError(
            f"{of} takes {amount(needed)} of memory for {what}, and {amount(most)} are {by}; "
            f"{mend}take a smaller model",
            2,
        )


def amount(size: int) -> str:
    """Return a number of bytes in words, as `1.5 GiB`."""
    for unit, name in ((2**40, "TiB"), (2**30, "GiB"), (2**20, "MiB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size} bytes"


def ran_out_of_memory(error: RuntimeError) -> bool:
    """Return whether an error of torch says that memory could not be had, of a GPU or of the machine."""
    return isinstance(error, torch.cuda.OutOfMemoryError) or "can't allocate memory" in str(error)
