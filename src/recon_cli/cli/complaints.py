"""How errors reach the user: a sentence on stderr and an exit code."""

from __future__ import annotations

import sys

from ..errors import ReconError, printable


def complain(sentence: str) -> None:
    """Print a sentence on stderr."""
    sys.stderr.write(f"recon: {printable(sentence)}\n")


def sentence_of(error: Exception) -> str:
    """Return what is told of an error."""
    if isinstance(error, ReconError):
        return str(error)
    if isinstance(error, MemoryError):
        return "the memory of this machine does not suffice"
    if type(error).__name__ == "OutOfMemoryError":  # torch's, which is not imported for its name
        return "the memory of the device does not suffice; use --device cpu"
    first = (str(error).splitlines() or [""])[0]
    return f"unexpected {type(error).__name__}: {first} (recon --debug shows where)"
