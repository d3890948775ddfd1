"""How errors reach the user: a sentence on stderr and an exit code."""

from __future__ import annotations

import errno
import sys
from contextlib import suppress

from ..errors import ReconError, printable
from ..files.streams import writing

_UNWRITABLE = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO, errno.EBADF)
"""What goes wrong with streams, which have no name, unlike files."""


def complain(sentence: str) -> None:
    """Print a sentence on stderr."""
    with suppress(ReconError), writing("error"):  # where nobody hears it the exit code says it
        sys.stderr.write(f"recon: {printable(sentence)}\n")


def sentence_of(error: Exception) -> str:
    """Return what is told of an error."""
    if isinstance(error, ReconError):
        return str(error)
    if isinstance(error, MemoryError):
        return "the memory of this machine does not suffice"
    if type(error).__name__ == "OutOfMemoryError":  # torch's, which is not imported for its name
        return "the memory of the device does not suffice; use --device cpu"
    if isinstance(error, OSError) and error.filename:  # what the system refuses is no fault of the program
        return f"cannot use {error.filename}: {error.strerror}"
    if isinstance(error, OSError) and error.errno in _UNWRITABLE:
        return f"cannot write to standard output or standard error: {error.strerror}"
    first = (str(error).splitlines() or [""])[0]
    return f"unexpected {type(error).__name__}: {first} (recon --debug shows where)"
