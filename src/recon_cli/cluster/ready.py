"""Workers that are made ready for a command, and have to see the file system as it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..errors import ReconError
from ..files.temporary import mark_of
from .child import Surroundings
from .worker import PACKAGE, View, Workplace, other_version

if TYPE_CHECKING:
    from distributed import Client


@contextmanager
def make_ready(client: Client, surroundings: Surroundings, view: View) -> Iterator[None]:
    """Make all workers ready, those that come later as well, and wait for the first.

    Args:
        client: of the scheduler.
        surroundings: of the command.
        view: what the workers have to have in common with it.

    Raises:
        ReconError: when a worker that is there does not suit.
    """
    wish = client.submit(int, pure=False)  # clusters that adapt begin a worker only where there is a task
    client.wait_for_workers(1)
    del wish
    # a function of Python itself, which every worker knows, whatever is installed there
    for address, version in client.run(metadata.version, PACKAGE, on_error="return").items():
        if isinstance(version, Exception):
            raise ReconError(f"the worker {address} has no recon; install version {view.version} there")
        if version != view.version:
            raise ReconError(other_version(address, version, view.version))
    place = Workplace(surroundings, view)
    try:
        client.register_plugin(place, name=place.name)
        for trouble in client.run(_trouble, place.name).values():
            if trouble:
                raise trouble
        yield
    finally:
        with suppress(Exception):  # the scheduler may be gone
            client.unregister_worker_plugin(place.name)


def _trouble(name: str, dask_worker: Any) -> ReconError | None:
    return dask_worker.plugins[name].trouble


@contextmanager
def seen_mark(run: str, folders: Sequence[Path], inputs: Sequence[Path]) -> Iterator[View]:
    """Make a small file in the folder of results, as long as the work takes, or name an input.

    Args:
        run: of the command.
        folders: that tasks write to.
        inputs: files that they read.
    """
    for folder in folders[:1]:
        mark = mark_of(run, folder)
        try:
            mark.write_text(run)
        except OSError:
            continue  # the first file says what is wrong with it
        try:
            yield View(__version__, str(mark), len(run))
        finally:
            with suppress(OSError):
                mark.unlink(missing_ok=True)
        return
    for path in inputs[:1]:
        if path.is_file():
            yield View(__version__, str(path), path.stat().st_size)
            return
    yield View(__version__, None, 0)
