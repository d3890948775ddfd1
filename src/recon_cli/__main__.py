"""`recon`, and `python -m recon_cli`, which is the same."""

from __future__ import annotations

import signal
from types import FrameType

_STOPPING = (signal.SIGINT, signal.SIGTERM)


class Interruption(KeyboardInterrupt):
    """Ctrl-C or SIGTERM, with its number.

    A plain KeyboardInterrupt that passes through `exec` of a string, as in an import, makes Python end by
    SIGINT even if it is handled afterwards.
    """


def main() -> None:
    """Run the command line; Ctrl-C and SIGTERM end it with one sentence, or silently before it has begun."""
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
    raise Interruption(number)


if __name__ == "__main__":
    main()
