"""Memory and processor time of a process that reads a file, and what is said when they do not suffice."""

from __future__ import annotations

import math
import signal
import time
from pathlib import Path

from ..errors import ReconError
from .picture_folders import check_inside

try:
    import resource
except ImportError:  # on Windows
    resource = None  # type: ignore[assignment]

_SECONDS, _BYTES_A_SECOND = 4, 2**22
"""Processor time for a file: so much, and a second for so many bytes."""
_MEMORY, _BYTES_A_VALUE = 2**28, 16
"""What may be taken: so much, and so many bytes a value that a file may declare."""

Limits = dict[str, int]
"""Bytes of `memory` and `seconds` of processor time, where there is a limit."""


def limits_of_user() -> Limits:
    """Return the limits that hold for this process and those that it starts."""
    if resource is None:
        return {}
    kinds = {"memory": resource.RLIMIT_AS, "seconds": resource.RLIMIT_CPU}
    found = {
        name: [n for n in resource.getrlimit(kind) if n != resource.RLIM_INFINITY]
        for name, kind in kinds.items()
    }
    return {name: min(limits) for name, limits in found.items() if limits}


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of an image that is a folder."""
    return check_inside(path) if path.is_dir() else path.stat().st_size


def limit_process(size: int, values: int) -> Limits:
    """Limit the memory and the processor time of this process, where the system can.

    Args:
        size: of what is read, in bytes.
        values: that it may declare.

    Returns:
        The limits of the user that are lower, and stay.
    """
    if resource is None:
        return {}
    most = {"seconds": math.ceil(time.process_time()) + _SECONDS + size // _BYTES_A_SECOND}
    statistics = Path("/proc/self/statm")
    if statistics.exists():
        used = int(statistics.read_text().split()[0]) * resource.getpagesize()
        most["memory"] = used + _MEMORY + _BYTES_A_VALUE * values
    lower = limits_of_user()
    for name, kind in (("memory", resource.RLIMIT_AS), ("seconds", resource.RLIMIT_CPU)):
        if name in most and most[name] < lower.get(name, most[name] + 1):
            # the hard limit stays: no process may set it above the one that it was given
            resource.setrlimit(kind, (most[name], resource.getrlimit(kind)[1]))
            lower.pop(name, None)
    return lower


def why_it_ended(path: Path, code: int, lower: Limits) -> ReconError:
    """Return the error for a reader that did not come to its end.

    Args:
        path: of the file.
        code: that the process ended with.
        lower: limits of the user that it had.
    """
    if "seconds" in lower and code in (-getattr(signal, "SIGXCPU", 24), -getattr(signal, "SIGKILL", 9)):
        return ReconError(
            f"cannot read {path} in the {lower['seconds']} s of processor time that are allowed here; "
            "raise that limit, ulimit -t"
        )
    if "memory" in lower:
        return out_of_memory(path, lower)
    return ReconError(
        f"{path} is damaged or not supported, or unpacks to more than may be read: its reader ended with "
        f"code {code}"
    )


def out_of_memory(path: Path, lower: Limits) -> ReconError:
    """Return the error for a reader that got no more memory, see `why_it_ended`."""
    if "memory" in lower:
        return ReconError(
            f"cannot read {path} in the {lower['memory'] >> 20} MiB of memory that are allowed here; "
            "raise that limit, ulimit -v"
        )
    return ReconError(f"{path} is damaged or not supported, or unpacks to more than may be read")
