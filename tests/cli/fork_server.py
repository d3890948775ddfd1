"""A process that has imported everything and forks for each command, which saves two seconds of imports.

A command still runs in a process of its own, with its own folder, environment, streams and exit code.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import socket
import sys
import warnings

_LATER = ("_figure", "panels", "inset", "page_pictures", "html_page", "html_table", "__main__", "kernels")
"""No modules, and those that import Matplotlib, which looks at environment and folder at that moment."""
_ELSEWHERE = "recon_cli.bridges."
"""What needs the programs that it leads to."""


def import_all() -> None:
    """Import what commands import."""
    import scipy.fft  # noqa: F401
    import skimage.metrics  # noqa: F401
    import tifffile  # noqa: F401

    import recon_cli

    for module in pkgutil.walk_packages(recon_cli.__path__, "recon_cli."):
        if not module.name.endswith(_LATER) and not module.name.startswith(_ELSEWHERE):
            importlib.import_module(module.name)


def serve(number: int) -> None:
    """Run commands as they are asked for, until the socket is closed.

    Args:
        number: file descriptor of the socket.
    """
    import_all()
    gc.freeze()
    with socket.socket(fileno=number) as connection:
        connection.send(b"ready")
        while True:
            data, streams, _, _ = socket.recv_fds(connection, 2**20, 3)
            if not data:
                return
            child = os.fork()
            if not child:
                connection.close()
                _run(json.loads(data), streams)
            for stream in streams:
                os.close(stream)
            _, status = os.waitpid(child, 0)
            connection.send(str(os.waitstatus_to_exitcode(status)).encode())


def _run(asked: dict[str, object], streams: list[int]) -> None:
    """Become the command; never returns."""
    code = 1
    try:
        for place, stream in enumerate(streams):
            os.dup2(stream, place)
        os.closerange(3, 256)
        os.environ.clear()
        os.environ.update(asked["environment"])  # type: ignore[call-overload]
        os.chdir(str(asked["folder"]))
        sys.argv = ["recon", *asked["arguments"]]  # type: ignore[misc]
        warnings.resetwarnings()
        from recon_cli.__main__ import main

        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - it is shown as Python shows it
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError):
                code = code or 120
        os._exit(code)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
