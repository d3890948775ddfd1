"""How many threads a computation uses: as many as there are free cores, found before PyTorch is imported."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

_LOOKS, _PAUSE = 5, 0.002
"""How often, and after how many seconds, the running processes are counted."""
_STATISTICS = Path("/proc/stat")
_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def use_free_cores() -> None:
    """Have this process and its children compute in as many threads as there are free cores.

    Threads of one computation that wait for a core which another process has make it several times slower
    than a single thread. How they wait matters, too, so they are told not to spin. `OMP_NUM_THREADS` takes
    precedence, and so does `OMP_WAIT_POLICY`.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if "OMP_NUM_THREADS" in os.environ:
        return
    count = free_cores()
    os.environ["OMP_NUM_THREADS"] = str(count)
    if "torch" in sys.modules:  # which has read the variable before
        sys.modules["torch"].set_num_threads(count)


def free_cores() -> int:
    """Return how many cores this process may use that no other one is using, at least 1."""
    return max(1, min(_allowed(), _all() - _busy()))


def _all() -> int:
    return os.cpu_count() or 1


def _allowed() -> int:
    """Return how many cores the process may use, by its affinity and by the quota of its container."""
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else _all()
    try:
        quota, period = _QUOTA.read_text("ascii").split()
        return max(1, min(affinity, int(quota) // int(period)))
    except (OSError, ValueError):  # there is none, or no limit, which is the word "max"
        return affinity


def _busy() -> int:
    """Return how many processes compute besides this one, or where that is unknown the load."""
    try:
        counts = []
        for _ in range(_LOOKS):
            counts.append(_running())
            time.sleep(_PAUSE)
        return max(0, sorted(counts)[_LOOKS // 2] - 1)
    except (OSError, ValueError, StopIteration):
        return round(os.getloadavg()[0]) if hasattr(os, "getloadavg") else 0


def _running() -> int:
    lines = _STATISTICS.read_text("ascii").splitlines()
    return int(next(line for line in lines if line.startswith("procs_running")).split()[1])
