"""What the workers have to see of the file system: a file where results go, or one that is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from .. import __version__
from ..files.temporary import mark_of
from .worker import View


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
