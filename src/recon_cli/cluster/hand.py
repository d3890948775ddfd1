"""The one process in which a worker computes: started when a task comes, ended when it is not wanted."""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import IO, Any

from ..children import ask, start_child
from ..errors import ReconError
from .child import Request, Share, Surroundings

_LOOK = 0.25
"""Seconds after which a waiting task looks whether it is still wanted."""
_IDLE = 300.0
"""Seconds after which a process that has nothing to do ends: whoever started it may be gone."""

_OF_NANNY = "MALLOC_TRIM_THRESHOLD_"
"""Has freed memory go back to the system at once, as a nanny of Dask sets it for its worker. Solvers take
and free images in every iteration: most of their time would go into pages."""


class Hand:
    """A process that does one task after the other, in as many threads as the worker has.

    It is another process than the worker's: its number of threads is set before PyTorch is imported, it has a
    folder of its own, it is ended when its task is cancelled, and a library that ends it leaves the worker
    alive.
    """

    def __init__(self, surroundings: Surroundings, share: Share) -> None:
        """Remember what holds for all tasks; nothing is started yet."""
        self._surroundings, self._share = surroundings, share
        self._one = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._known: set[str] = set()
        self._timer: threading.Timer | None = None
        self._starting: queue.SimpleQueue[queue.SimpleQueue[subprocess.Popen[bytes] | OSError]] | None = None

    def do(self, content: bytes, shared: Mapping[str, bytes], is_wanted: Callable[[], bool]) -> Any:
        """Do a task.

        Args:
            content: see `Request`.
            shared: all that it shares with others, by name.
            is_wanted: whether somebody waits for it.

        Returns:
            The list of its results, or the error that ended it.
        """
        with self._one:
            if self._timer:
                self._timer.cancel()
            try:
                child = self._started()
                news = {name: part for name, part in shared.items() if name not in self._known}
                ask(child, Request(content, news))
                self._known |= news.keys()
                return self._answer(child, is_wanted)
            except OSError as error:
                self.end()
                return ReconError(f"the process of a worker could not be asked: {error.strerror or error}")
            finally:
                self._timer = threading.Timer(_IDLE, self._rest)
                self._timer.daemon = True
                self._timer.start()

    def end(self) -> None:
        """End the process; what it has not finished is lost."""
        child, self._child = self._child, None
        self._known = set()
        if child:
            child.kill()
            with suppress(OSError):
                assert child.stdin is not None
                child.stdin.close()
            child.wait()

    def _rest(self) -> None:
        if self._one.acquire(blocking=False):
            self.end()
            self._one.release()

    def close(self) -> None:
        """End the process for good."""
        if self._timer:
            self._timer.cancel()
        self.end()
        if self._starting:
            self._starting.put(None)  # type: ignore[arg-type]

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.end()
            self._child = child = self._start()
            self._answers = queue.SimpleQueue()
            assert child.stdout is not None
            pump = threading.Thread(target=_pump, args=(child.stdout, self._answers), daemon=True)
            pump.start()
            ask(child, (self._surroundings, self._share))
        return self._child

    def _start(self) -> subprocess.Popen[bytes]:
        """Start a process from a thread that stays: Linux ends it with the thread that started it."""
        if self._starting is None:
            self._starting = queue.SimpleQueue()
            threading.Thread(target=_starter, args=(self._starting, self._share), daemon=True).start()
        made: queue.SimpleQueue[subprocess.Popen[bytes] | OSError] = queue.SimpleQueue()
        self._starting.put(made)
        child = made.get()
        if isinstance(child, OSError):
            raise child
        return child

    def _answer(self, child: subprocess.Popen[bytes], is_wanted: Callable[[], bool]) -> Any:
        while True:
            try:
                answer = self._answers.get(timeout=_LOOK)
            except queue.Empty:
                if is_wanted():
                    continue
                self.end()
                return ReconError("nobody waits for it any more")
            if answer is None:
                code = child.wait()
                self.end()
                return ReconError(f"the process of a worker ended with code {code}; its memory may be small")
            return pickle.loads(answer)


def _pump(pipe: IO[bytes], answers: queue.SimpleQueue[bytes | None]) -> None:
    """Pass on the answers of a process, and None when there are no more."""
    try:
        while line := pipe.readline():
            content = pipe.read(int(line))
            if len(content) < int(line):  # it was ended in the middle of its answer
                break
            answers.put(content)
    finally:
        pipe.close()
        answers.put(None)


def _starter(asked: queue.SimpleQueue[Any], share: Share) -> None:
    settings = {**os.environ, "OMP_NUM_THREADS": str(share.threads)}
    settings.pop(_OF_NANNY, None)
    if share.gpu is not None:
        settings["CUDA_VISIBLE_DEVICES"] = share.gpu
    while (made := asked.get()) is not None:
        try:
            made.put(start_child("recon_cli.cluster.child", env=settings))
        except OSError as error:
            made.put(error)
