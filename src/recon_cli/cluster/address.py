"""The scheduler that `--scheduler` names: its address, a file that holds it, or workers of this machine."""

from __future__ import annotations

import importlib.util
import logging
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ReconError, reason_of

if TYPE_CHECKING:
    from distributed import Client

_TIMEOUT = 30
"""Seconds in which a scheduler answers."""
_NO_PAGES = "127.0.0.1:0"
_SHORT = {"distributed.admin.low-level-log-length": 100}
"""Messages that are kept for developers, of each worker: a thousand by default, which hold their tasks."""
_PLAIN = _SHORT | {
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "500ms",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.worker.memory.monitor-interval": "1s",
}
"""Of workers that share a process: what each looks at many times a second would take a core of many."""


def check_scheduler(words: str) -> None:
    """Raise a ReconError where `--scheduler` names nothing that could be one, or a package is missing."""
    if importlib.util.find_spec("distributed") is None:
        raise ReconError("--scheduler needs dask.distributed: pip install 'patchrecon[cluster]'", 2)
    if _local(words) is None and "://" not in words and not Path(words).is_file():
        raise ReconError(
            f"--scheduler takes an address, as tcp://host:8786, the file of a scheduler, or local:N, and is "
            f"{words}",
            2,
        )


def _local(words: str) -> int | None:
    """Return the number of workers of this machine that are asked for, or None."""
    match = re.fullmatch(r"local:([1-9]\d{0,3})", words)
    return int(match[1]) if match else None


@contextmanager
def connected(words: str) -> Iterator[Client]:
    """Connect to a scheduler.

    Args:
        words: what `--scheduler` says.

    Raises:
        ReconError: when it cannot be reached.
    """
    import dask
    import distributed

    check_scheduler(words)
    count = _local(words)
    _silence()
    if count is not None:
        with (
            dask.config.set(_PLAIN),
            _workers_here(count) as cluster,
            distributed.Client(cluster, set_as_default=False) as client,
        ):
            yield client
        return
    named: dict[str, Any] = {"address": words} if "://" in words else {"scheduler_file": words}
    try:
        with dask.config.set(_SHORT):
            client = distributed.Client(**named, timeout=_TIMEOUT, set_as_default=False)
    except Exception as error:  # of many kinds, by protocol
        raise ReconError(f"cannot reach the scheduler {words}: {reason_of(error)}") from error
    with client:
        yield client


@contextmanager
def _workers_here(count: int) -> Iterator[Any]:
    """Start workers in this process, without sockets between them; each computes in a process of its own.

    The library insists on a web server for each: it gets a port that only this machine sees, and no pages.
    """
    import distributed

    threads = max(1, int(os.environ.get("OMP_NUM_THREADS", "1")) // count)
    with (
        tempfile.TemporaryDirectory(prefix="recon-") as folder,
        distributed.LocalCluster(
            n_workers=count,
            threads_per_worker=threads,
            processes=False,
            dashboard_address=_NO_PAGES,
            worker_dashboard_address=_NO_PAGES,
            scheduler_kwargs={"dashboard": False},
            local_directory=folder,
        ) as cluster,
    ):
        yield cluster


def _silence() -> None:
    """Let the library print nothing: what happens is said in sentences of this program."""
    for name in ("distributed", "tornado", "asyncio", *logging.root.manager.loggerDict):
        if name.split(".")[0] in ("distributed", "tornado", "asyncio"):  # some have levels of their own
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
