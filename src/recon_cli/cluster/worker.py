"""What runs on a worker of dask.distributed: a task goes to the one process in which the worker computes."""

from __future__ import annotations

import os
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from distributed import get_worker
from distributed.diagnostics.plugin import WorkerPlugin

from ..errors import ReconError
from .child import Share, Surroundings
from .hand import Hand

PACKAGE = "patchrecon"
RESOURCE = "recon"
"""Each worker has one, and a task takes it: however many threads a worker has, they are those of one task."""
_OWN = 2**28
"""Bytes of a worker's memory that are left to itself."""
_GPUS = Path("/proc/driver/nvidia/gpus")


class View(NamedTuple):
    """What a worker has to have in common with the command.

    Attributes:
        version: of this package.
        mark: a file, which the command has made where results go, or an input; None where there is none.
        size: of it.
    """

    version: str
    mark: str | None
    size: int


class Workplace(WorkerPlugin):
    """Makes a worker ready for the tasks of a command, those that come later as well."""

    def __init__(self, surroundings: Surroundings, view: View) -> None:
        """Remember what holds for the command."""
        self.name = f"recon-{surroundings.run}"
        self.trouble: ReconError | None = None
        self._surroundings, self._view = surroundings, view
        self._worker: Any = None
        self._hand: Hand | None = None

    async def setup(self, worker: Any) -> None:
        """Look whether the worker suits, and let it take one task at a time."""
        self._worker = worker
        self.trouble = trouble_of(self._view, self._surroundings.folder, worker.address)
        memory = worker.memory_manager.memory_limit
        share = Share(worker.state.nthreads, memory and max(memory // 2, memory - _OWN), _gpu(worker.name))
        self._hand = Hand(self._surroundings, share)
        await worker.set_resources(**{RESOURCE: 1})

    def teardown(self, worker: Any) -> None:
        """End the process of the worker."""
        if self._hand:
            self._hand.close()

    def do(self, key: str, content: bytes, shared: dict[str, bytes]) -> Any:
        """Do a task, see `Hand.do`."""
        assert self._hand is not None
        if self.trouble:
            return self.trouble
        tasks = self._worker.state.tasks
        return self._hand.do(content, shared, lambda: getattr(tasks.get(key), "state", "") == "executing")


def _gpu(name: object) -> str | None:
    """Return the GPU of a worker of `local:N`, whose name is its number, where there are several."""
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    found = named.split(",") if named else [str(k) for k in range(len([*_GPUS.glob("*")]))]
    return found[name % len(found)] if isinstance(name, int) and len(found) > 1 else None


def trouble_of(view: View, folder: str, address: str) -> ReconError | None:
    """Return why a worker cannot do the work of a command, or None.

    Args:
        view: what it has to have in common.
        folder: where relative paths begin.
        address: of the worker.
    """
    version = metadata.version(PACKAGE)
    if version != view.version:
        return ReconError(other_version(address, version, view.version))
    if view.mark is None:
        return None
    mark = Path(folder, view.mark)
    try:
        same = mark.stat().st_size == view.size
    except OSError:
        same = False
    if same:
        return None
    return ReconError(
        f"the worker {address} does not see {mark} as it is here; start workers where the same folders are"
    )


def other_version(address: str, there: str, here: str) -> str:
    """Return what is said of a worker with another version of this package."""
    return f"the worker {address} has recon {there}, and here it is {here}; install the same version"


def do_task(run: str, content: bytes, names: list[str], *parts: bytes) -> tuple[str, Any]:
    """Do a task on the worker that this is called on.

    Args:
        run: of the command.
        content: of the task, see `Request`.
        names: of what it shares with others.
        parts: these.

    Returns:
        The worker's address, and what `Hand.do` gives.
    """
    worker: Any = get_worker()
    place = worker.plugins.get(f"recon-{run}")
    if place is None:
        return worker.address, ReconError(f"the worker {worker.address} was not made ready")
    done = place.do(worker.get_current_task(), content, dict(zip(names, parts, strict=True)))
    return worker.address, done
