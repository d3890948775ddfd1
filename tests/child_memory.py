"""The peak memory of what is done in a process of its own."""

from __future__ import annotations

import ctypes
import os
import resource
import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Of glibc's `mallopt`."""
_RESET, _STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")
"""Where Linux takes the order to forget the peak, and says what it is."""


def memory_taken(first: Callable[[], object], work: Callable[[], object]) -> int:
    """Return the bytes by which the peak of a process, and of its own ones, grows in some work.

    Args:
        first: done before, so that what is imported late is imported.
        work: what is measured.
    """
    ctypes.CDLL(None).malloc_trim(0)  # or what was freed would be taken once more, unseen
    reading, writing = os.pipe()
    child = os.fork()  # whose peak begins with what it has now
    if not child:
        try:
            # a thread of its own allocates where no earlier test left gaps, which would be filled and kept
            measured = ThreadPoolExecutor(1).submit(_taken, first, work)
            os.write(writing, struct.pack("q", measured.result()))
        finally:
            os._exit(0)
    os.close(writing)
    answer = os.read(reading, 8)
    os.close(reading)
    os.waitpid(child, 0)
    (taken,) = struct.unpack("q", answer)
    return int(taken)


def _taken(first: Callable[[], object], work: Callable[[], object]) -> int:
    for option in (_TRIM_THRESHOLD, _MMAP_THRESHOLD):  # blocks are given back at once
        ctypes.CDLL(None).mallopt(option, 2**16)
    first()
    ctypes.CDLL(None).malloc_trim(0)
    _RESET.write_text("5")  # or what `first` took for a moment would hide as much of the work's
    before = _status("VmRSS") + _of_children()
    work()
    return _status("VmHWM") + _of_children() - before


def _of_children() -> int:
    return 2**10 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


def _status(name: str) -> int:
    """Return a number of the process in bytes."""
    line = next(line for line in _STATUS.read_text("ascii").splitlines() if line.startswith(name))
    return 2**10 * int(line.split()[1])
