"""Another current folder, while a library looks for its settings in it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_staying = threading.RLock()
"""The current folder is that of all threads."""


@contextmanager
def staying_here() -> Iterator[None]:
    """Keep the current folder as it is, for a thread that uses relative paths."""
    with _staying:
        yield


@contextmanager
def elsewhere() -> Iterator[None]:
    """Let the current folder be one of this package.

    Matplotlib takes `matplotlibrc` from the user's current folder, where it lies among data that may come
    from anywhere. Waits until no other thread is `staying_here`.
    """
    with _staying:
        yield from _elsewhere()


def _elsewhere() -> Iterator[None]:
    try:  # an open folder is found again even if it was renamed, or its path may not be walked
        here = os.open(".", getattr(os, "O_PATH", os.O_RDONLY)) if os.name == "posix" else Path.cwd()
    except OSError:  # nobody finds anything in it
        yield
        return
    try:
        os.chdir(Path(__file__).parent)
        yield
    finally:
        os.chdir(here)
        if isinstance(here, int):
            os.close(here)
