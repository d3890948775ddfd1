"""A function of many values, in this process or in several ones, in the same order with the same results."""

from __future__ import annotations

import os
import pickle
import queue
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from .children import ask, requests, start_child
from .errors import ReconError
from .interruptions import end_where_interrupted

if TYPE_CHECKING:
    import subprocess

V = TypeVar("V")
R = TypeVar("R")


class Runner(Protocol):
    """What calls functions of modules with values, which both can be pickled: `Executor`, or a cluster."""

    def share(self, value: object) -> None:
        """Prepare for many functions and values of `run` that hold references to one."""

    def run(self, function: Callable[[V], Iterator[R]], values: Iterable[V]) -> Iterator[R]:
        """Call a function with each value; yields the results in the order of the values."""

    def outcomes(
        self, function: Callable[[V], Iterator[R]], values: Iterable[V]
    ) -> Iterator[list[R] | Exception]:
        """Call a function with each value; yields the results of each, or the error that ended it."""


class Executor:
    """Calls functions of modules with values, both of which can be pickled.

    A value is never shared by processes, so it does not matter how many there are, but for the rounding of
    sums that several threads share.
    """

    def __init__(self, jobs: int = 1) -> None:
        """Start the processes.

        Args:
            jobs: number of processes; 1 takes this one.

        Raises:
            ReconError: when there is less than one.
        """
        if jobs < 1:
            raise ReconError(f"--jobs has to be at least 1, and is {jobs}", 2)
        self.jobs = jobs
        """Number of processes."""
        self._children: list[subprocess.Popen[bytes]] = []
        self._free: queue.SimpleQueue[subprocess.Popen[bytes]] = queue.SimpleQueue()
        self._threads = ThreadPoolExecutor(jobs)
        """Each waits for a process."""
        if jobs > 1:
            import torch

            threads = max(1, torch.get_num_threads() // jobs)
            self._children = [start_child(__name__) for _ in range(jobs)]
            for child in self._children:
                self._threads.submit(self._introduce, child, threads)

    def share(self, value: object) -> None:
        """See `Runner`: processes are sent all that a value holds."""

    def run(self, function: Callable[[V], Iterator[R]], values: Iterable[V]) -> Iterator[R]:
        """Call a function with each value.

        Args:
            function: gives some results; in this process they are taken one by one, in another one together.
            values: what it is called with.

        Yields:
            The results in the order of the values.

        Raises:
            ReconError: when a process was killed.
        """
        if not self._children:
            for value in values:
                yield from function(value)
            return
        try:
            for future in [self._threads.submit(self._ask, function, value) for value in values]:
                yield from future.result()
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            raise ReconError("a process was killed; try again with fewer --jobs") from error

    def outcomes(
        self, function: Callable[[V], Iterator[R]], values: Iterable[V]
    ) -> Iterator[list[R] | Exception]:
        """Call a function with each value, see `run`, in the order of the values.

        Yields:
            The results of each, or the error that ended it.

        Raises:
            Interruption: when a signal came, whatever a library made of it.
        """
        for value in values:
            try:
                outcome: list[R] | Exception = list(self.run(function, [value]))
            except Exception as error:  # noqa: BLE001 - the caller gets it
                end_where_interrupted(error)
                outcome = error
            yield outcome

    def _introduce(self, child: subprocess.Popen[bytes], threads: int) -> None:
        try:
            ask(child, threads)
        finally:
            self._free.put(child)  # one that has ended, too: it is told when something is asked of it

    def _ask(self, function: Callable[[V], Iterator[R]], value: V) -> list[R]:
        child = self._free.get()
        assert child.stdout is not None
        try:
            ask(child, (function, value))
            answer: Any = pickle.load(child.stdout)
        finally:
            self._free.put(child)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for child in self._children:
            child.kill()  # nothing of it is wanted any more, and it writes no files
        self._threads.shutdown()
        for child in self._children:
            child.communicate()


def main() -> None:
    """Call what is asked for, in a process of its own."""
    import torch

    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    asked = requests()
    torch.set_num_threads(next(asked))
    for function, value in asked:
        try:
            answer: object = list(function(value))
        except Exception as error:  # noqa: BLE001 - it is raised where the call was asked for
            answer = error
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    main()
