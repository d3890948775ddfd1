"""The peak memory of what is done in a process of its own."""

from __future__ import annotations

import ctypes
import os
import resource
import struct
from collections.abc import Callable

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Of glibc's `mallopt`."""


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
            # blocks are given back at once: gaps that earlier tests left in the heap must not count
            for option in (_TRIM_THRESHOLD, _MMAP_THRESHOLD):
                ctypes.CDLL(None).mallopt(option, 2**16)
            first()
            before = _peaks()
            work()
            os.write(writing, struct.pack("q", _peaks() - before))
        finally:
            os._exit(0)
    os.close(writing)
    answer = os.read(reading, 8)
    os.close(reading)
    os.waitpid(child, 0)
    (taken,) = struct.unpack("q", answer)
    return int(taken)


def _peaks() -> int:
    return 2**10 * sum(
        resource.getrusage(of).ru_maxrss for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
