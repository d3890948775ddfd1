"""Standard input and output, for pipes."""

from __future__ import annotations

import os
import sys

from ..errors import ReconError

MAX_BYTES = 2**31


def read_stdin() -> bytes:
    """Return all bytes of standard input.

    Raises:
        ReconError: when there are none, too many, or a terminal is at the other end.
    """
    if sys.stdin.isatty():
        raise ReconError("- reads an image from a pipe, and standard input is a terminal", 2)
    content = sys.stdin.buffer.read(MAX_BYTES + 1)
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
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except OSError as error:
        # what is still in the buffer would fail once more when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise ReconError(f"cannot write to standard output: {error.strerror or error}") from error
