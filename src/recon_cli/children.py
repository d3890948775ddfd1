"""Processes of Python that this one starts: none takes a module from the current folder or outlives it."""

from __future__ import annotations

import ctypes
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_PR_SET_PDEATHSIG = 1


def start_child(module: str, **options: Any) -> subprocess.Popen[bytes]:
    """Start `python -m module`, with pipes to its standard input and from its standard output.

    A terminal sends Ctrl-C to it, too; it is this process that answers it and ends the child.

    Args:
        module: calls `requests` to learn what is asked of it.
        options: others of `subprocess.Popen`.
    """
    command = [sys.executable, "-P", "-m", module]  # -P: without the current folder
    with _interruptions_blocked():
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **options)


def ask(child: subprocess.Popen[bytes], request: object) -> None:
    """Send a request, of any type that can be pickled.

    Raises:
        BrokenPipeError: when the child has ended.
    """
    assert child.stdin is not None
    pickle.dump(request, child.stdin)
    child.stdin.flush()


def requests() -> Iterator[Any]:
    """Yield what the process that started this one asks for; this one ends as soon as that one is gone.

    Its end closes the pipe, and Linux sends a signal, even to a library that lets no other thread run.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(waiting,), daemon=True).start()
    while True:
        yield waiting.get()


def _receive(waiting: queue.SimpleQueue[Any]) -> None:
    # not sys.stdin, whose lock Python wants when it ends
    with os.fdopen(os.dup(0), "rb") as pipe:
        try:
            while True:
                waiting.put(pickle.load(pipe))
        finally:
            os._exit(1)


@contextmanager
def _interruptions_blocked() -> Iterator[None]:
    """Block SIGINT in this thread, and in the processes that it starts."""
    if not hasattr(signal, "pthread_sigmask"):  # on Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
