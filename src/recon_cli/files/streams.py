"""Standard input and output, for pipes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

from ..errors import ReconError

MAX_BYTES = 2**31


def read_stdin() -> bytes:
    """Return all bytes of standard input.

    Raises:
        ReconError: when there are none, too many, they cannot be read, or a terminal is at the other end.
    """
    if sys.stdin.isatty():
        raise ReconError("- reads an image from a pipe, and standard input is a terminal", 2)
    try:
        content = sys.stdin.buffer.read(MAX_BYTES + 1)
    except OSError as error:
        raise ReconError(f"cannot read standard input: {error.strerror or error}") from error
    if not content:
        raise ReconError("standard input is empty")
    if len(content) > MAX_BYTES:
        raise ReconError(f"standard input holds more than {MAX_BYTES} bytes; save it as a file first")
    return content


def refuse_terminal() -> None:
    """Raise a ReconError when standard output is a terminal, which is no place for an image."""
    if sys.stdout.isatty():
        raise ReconError("the image would go to the terminal; add > FILE, or -o FILE", 2)


def write_stdout(content: bytes) -> None:
    """Write bytes to standard output.

    Raises:
        ReconError: when nobody reads them or they cannot be written.
    """
    with writing("output"):
        sys.stdout.flush()
        sys.stdout.buffer.write(content)


@contextmanager
def writing(which: Literal["output", "error"]) -> Iterator[None]:
    """Let something be written to standard output or standard error, and what was written before.

    Raises:
        ReconError: when nobody reads it or it cannot be written; nothing can be written any more then.
    """
    stream = sys.stdout if which == "output" else sys.stderr
    try:
        yield
        stream.flush()
    except OSError as error:
        # what is still in the buffer would fail once more when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        raise ReconError(f"cannot write to standard {which}: {error.strerror or error}") from error


def give_up_unwritable() -> None:
    """Forget what could not be written to standard output and standard error, of which more was said before.

    Python would try once more when it ends, and end with a code of its own.
    """
    with suppress(ReconError), writing("output"):
        pass
    with suppress(ReconError), writing("error"):
        pass


def open_closed_streams() -> None:
    """Put something in the place of standard streams that are closed.

    Otherwise the next file that is opened is taken for one. Reading and writing them fails with a reason;
    what is said on standard error is said to nobody.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_RDONLY if number == 1 else os.O_WRONLY)
            os.set_inheritable(opened, True)
            setattr(sys, name, os.fdopen(opened, mode, encoding="utf-8", closefd=False))
