"""`recon`, and `python -m recon_cli`, which is the same."""

from __future__ import annotations

import gc
import signal

_RARELY = 100
"""Collections of younger objects for one of all: as often as Python does it by default, it walks once more
through all that PyTorch's import makes, for a tenth of a second, and finds nothing."""


def main() -> None:
    """Run the command line; a signal ends it silently before a command has begun, then with one sentence."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # in place of Python's traceback
    from .files.streams import open_closed_streams  # not before, since Ctrl-C may come meanwhile

    open_closed_streams()
    gc.set_threshold(*gc.get_threshold()[:2], _RARELY)
    from .cli.main import main as run

    run()


if __name__ == "__main__":
    main()
