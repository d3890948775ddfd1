"""A function of many values on the workers of a cluster: the interface of `Executor`."""

from __future__ import annotations

import itertools
import os
import pickle
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from ..errors import ReconError, reason_of
from ..files.limits import get_limit
from ..files.temporary import remove_unfinished
from .address import connected
from .child import Surroundings
from .crossing import pack
from .ready import make_ready, seen_mark

if TYPE_CHECKING:
    from distributed import Future

V = TypeVar("V")
R = TypeVar("R")

_TRIES = 3
"""Of a task: it is begun again twice."""
_AHEAD = 2
"""Tasks of a worker that are submitted: the one that it does, and the next."""
_OFTEN = 2.0
"""Seconds after which the workers are counted again."""


class ClusterExecutor:
    """Calls functions of modules with values on workers, a few at a time, in the order of the values.

    No graph is made: a task is submitted when a worker will soon have time for it, and forgotten when its
    results are here. A task that fails is begun again twice, where it can on another worker.
    """

    def __init__(
        self,
        scheduler: str,
        folders: Sequence[Path] = (),
        inputs: Sequence[Path] = (),
        say: Callable[[str], None] | None = None,
    ) -> None:
        """Connect, and make the workers ready.

        Args:
            scheduler: what `--scheduler` says.
            folders: that tasks write to; what those leave unfinished that are killed is removed in the end.
            inputs: files that tasks read; the workers have to see the first.
            say: takes a sentence for the user, where there is something to wait for.

        Raises:
            ReconError: when there is no scheduler, or no worker suits.
        """
        self.run_name = secrets.token_hex(6)
        self._words, self._folders = scheduler, tuple(folders)
        self._shared: dict[int, tuple[str, object]] = {}
        self._parts: dict[str, Future[Any]] = {}
        self._counted, self._workers = 0.0, list[str]()
        self._stack = ExitStack()
        try:
            self._stack.callback(remove_unfinished, self.run_name, self._folders)
            self._client = self._stack.enter_context(connected(scheduler))
            view = self._stack.enter_context(seen_mark(self.run_name, self._folders, inputs))
            if say and not self._client.nthreads():
                say(f"the scheduler {scheduler} has no worker yet; waiting for the first")
            surroundings = Surroundings(self.run_name, os.getcwd(), get_limit())  # noqa: PTH109
            try:
                self._stack.enter_context(make_ready(self._client, surroundings, view))
            except OSError as error:  # the client has given up
                raise self._lost() from error
        except BaseException:
            self._stack.close()
            raise

    def share(self, value: object) -> None:
        """Send a value to the workers once, of which functions and values of `run` may hold references."""
        name = f"recon-{self.run_name}-{len(self._shared)}"
        self._shared[id(value)] = (name, value)

    def run(self, function: Callable[[V], Iterator[R]], values: Iterable[V]) -> Iterator[R]:
        """Call a function with each value, see `Executor.run`.

        Raises:
            ReconError: when a task has failed three times, or the scheduler is lost.
        """
        for outcome in self.outcomes(function, values):
            if isinstance(outcome, Exception):
                raise outcome
            yield from outcome

    def outcomes(
        self, function: Callable[[V], Iterator[R]], values: Iterable[V]
    ) -> Iterator[list[R] | Exception]:
        """Call a function with each value.

        Yields:
            The list of results of each value in their order, or the error of the last try.

        Raises:
            ReconError: when the scheduler is lost.
        """
        import distributed

        going: dict[Future[Any], tuple[int, V, int]] = {}
        done: dict[int, list[R] | Exception] = {}
        coming, next_one = enumerate(values), itertools.count()
        wanted = next(next_one)
        running = distributed.as_completed(loop=self._client.loop)
        try:
            while True:
                for number, value in itertools.islice(coming, max(0, self._most() - len(going))):
                    self._begin(function, number, value, 1, going, running)
                while wanted in done:
                    yield done.pop(wanted)
                    wanted = next(next_one)
                if not going:
                    return
                future = next(running)
                number, value, tries = going.pop(future)
                address, outcome = self._outcome(future)
                future.release()
                if isinstance(outcome, Exception) and address and tries < _TRIES and _may_end_well(outcome):
                    self._begin(function, number, value, tries + 1, going, running, address)
                else:
                    done[number] = outcome
        finally:
            with suppress(Exception):  # the scheduler may be gone
                self._client.cancel(list(going), force=True)

    def _begin(
        self,
        function: Callable[[V], Iterator[R]],
        number: int,
        value: V,
        tries: int,
        going: dict[Future[Any], tuple[int, V, int]],
        running: Any,
        not_at: str = "",
    ) -> None:
        from .worker import RESOURCE, do_task

        content, names = pack((function, value), self._shared)
        others = [worker for worker in self._addresses() if worker != not_at] if not_at else []
        try:
            future = self._client.submit(
                do_task,
                self.run_name,
                content,
                names,
                *map(self._part, names),
                key=f"recon-{self.run_name}-{secrets.token_hex(8)}",
                pure=False,
                resources={RESOURCE: 1},
                workers=others or None,
                allow_other_workers=bool(others),
            )
        except (RuntimeError, OSError, TimeoutError) as error:  # the client has given up
            raise self._lost() from error
        going[future] = (number, value, tries)
        running.add(future)

    def _part(self, name: str) -> Future[Any]:
        """Return what is shared, on its way to the workers."""
        if name not in self._parts:
            value = next(value for known, value in self._shared.values() if known == name)
            self._parts[name] = self._client.scatter(pickle.dumps(value), broadcast=False, hash=False)
        return self._parts[name]

    def _outcome(self, future: Future[Any]) -> tuple[str, Any]:
        """Return the worker that did a task, and its results or its error."""
        if future.status in ("cancelled", "lost"):
            raise self._lost()
        if future.status == "finished":
            return future.result()
        error = future.exception()
        if type(error).__name__ == "KilledWorker":
            return "", ReconError("each worker that began with it was killed; its memory may not suffice")
        return "", ReconError(f"a worker could not do it: {reason_of(error)}")

    def _lost(self) -> ReconError:
        return ReconError(
            f"the scheduler {self._words} is lost; what is written stays, and --skip-existing or --resume "
            "goes on with the rest"
        )

    def _most(self) -> int:
        """Return how many tasks may be submitted."""
        return _AHEAD * max(1, len(self._addresses()))

    def _addresses(self) -> list[str]:
        now = time.monotonic()
        if now - self._counted > _OFTEN:
            with suppress(Exception):  # a lost scheduler is seen by its tasks
                self._workers, self._counted = list(self._client.nthreads()), now
        return self._workers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def _may_end_well(error: Exception) -> bool:
    """Return whether another try makes sense: what is wrong with a request is wrong everywhere."""
    return not (isinstance(error, ReconError) and error.exit_code == 2)
