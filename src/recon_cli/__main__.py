"""`recon`, and `python -m recon_cli`, which is the same."""

from __future__ import annotations

import gc
import signal
from types import FrameType

from .files.streams import open_closed_streams

_STOPPING = (signal.SIGINT, signal.SIGTERM)
_SOON = 0.02
"""Seconds."""
_RARELY = 100
"""Collections of younger objects for one of all: as often as Python does it by default, it walks once more
through all that PyTorch's import makes, for a tenth of a second, and finds nothing."""


class Interruption(KeyboardInterrupt):
    """Ctrl-C or SIGTERM, with its number.

    A plain KeyboardInterrupt that passes through `exec` of a string, as in an import, makes Python end by
    SIGINT even if it is handled afterwards.
    """


def main() -> None:
    """Run the command line; Ctrl-C and SIGTERM end it with one sentence, or silently before it has begun."""
    open_closed_streams()
    gc.set_threshold(*gc.get_threshold()[:2], _RARELY)
    for number in _STOPPING:
        signal.signal(number, signal.SIG_DFL)
    from .cli.main import main as run

    for number in _STOPPING:
        signal.signal(number, _interrupt)
    try:
        run()
    finally:  # what is left is Python's own end, which prints tracebacks of interruptions
        for number in _STOPPING:
            signal.signal(number, signal.SIG_DFL)


def _interrupt(number: int, frame: FrameType | None) -> None:
    if not _importing(frame) or not hasattr(signal, "setitimer"):
        raise Interruption(number)
    # compiled modules do not survive an exception in the middle of their import: soon again
    signal.signal(signal.SIGALRM, lambda _, inner: _interrupt(number, inner))
    signal.setitimer(signal.ITIMER_REAL, _SOON)


def _importing(frame: FrameType | None) -> bool:
    while frame:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


if __name__ == "__main__":
    main()
