"""Another current folder, while a library looks for its settings in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def elsewhere() -> Iterator[None]:
    """Let the current folder be one of this package.

    Matplotlib takes `matplotlibrc` from the user's current folder, Numba `.numba_config.yaml`; they lie
    among data that may come from anywhere. Only where no other thread uses relative paths.
    """
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
