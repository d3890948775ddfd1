from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from recon_cli.cli.main import app


def recon(
    *arguments: object, folder: Path | None = None, columns: int = 200
) -> subprocess.CompletedProcess[str]:
    """Run the real command in a process of its own, see `fork_server`."""
    words = list(map(str, arguments))
    environment = {**os.environ, "COLUMNS": str(columns), "NO_COLOR": "1"}
    asked = {"arguments": words, "folder": str(folder or Path.cwd()), "environment": environment}
    with (
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
        Path(os.devnull).open("rb") as nothing,
    ):
        server = _server()
        streams = [stream.fileno() for stream in (nothing, out, err)]
        socket.send_fds(server, [json.dumps(asked).encode()], streams)
        code = int(server.recv(64))
        said = []
        for stream in (out, err):
            stream.seek(0)
            said.append(stream.read().decode().replace("\r\n", "\n"))
    return subprocess.CompletedProcess(words, code, *said)


_SERVERS: list[subprocess.Popen[bytes]] = []
"""Kept, since one that is forgotten while it runs is a warning; it ends with our end of the socket."""


@cache
def _server() -> socket.socket:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", f"{__package__}.fork_server", str(theirs.fileno())]
    root = Path(__file__).resolve().parents[2]
    _SERVERS.append(subprocess.Popen(command, cwd=root, pass_fds=[theirs.fileno()]))
    theirs.close()
    ours.settimeout(300)
    assert ours.recv(16) == b"ready"
    return ours


def recon_here(*arguments: object) -> Any:
    """Run the command in this process and folder, which takes no time to import."""
    return CliRunner().invoke(app, list(map(str, arguments)), env={"COLUMNS": "200", "NO_COLOR": "1"})
