"""Run commands on a pseudo-terminal, and say what is left on its screen."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import termios
import threading
from collections.abc import Callable

import pytest

from recon_cli.cli.main import app
from recon_cli.reporting.console import console

_PIECES = re.compile(r"\x1b\[(\??[\d;]*)([A-Za-z])|([\r\n])|([^\x1b\r\n]+)|(.)", re.DOTALL)
_ROWS, _COLUMNS = 50, 250


def recon_on_terminal(*arguments: object) -> tuple[int, list[str]]:
    """Run the command here with its outputs on a terminal; return its code and the lines that stay on it."""
    codes: list[int] = []

    def run() -> None:
        with pytest.raises(SystemExit) as stop:
            app(list(map(str, arguments)), prog_name="recon")
        codes.append(int(stop.value.code or 0))

    lines = screen(shown_on_terminal(run))
    return codes[0], lines


def shown_on_terminal(run: Callable[[], None]) -> str:
    """Call a function likewise; return all that it wrote, controls included."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
    shown = bytearray()
    reader = threading.Thread(target=_read_all, args=(ours, shown))
    reader.start()
    with pytest.MonkeyPatch.context() as patch, os.fdopen(its, "w", encoding="utf-8") as terminal:
        patch.setenv("TERM", "xterm")
        for name in ("COLUMNS", "LINES", "NO_COLOR"):
            patch.delenv(name, raising=False)
        for stream in ("stdout", "stderr"):
            patch.setattr(f"sys.{stream}", terminal)
        console.cache_clear()
        try:
            run()
        finally:
            console.cache_clear()
    reader.join()
    os.close(ours)
    return shown.decode()


def _read_all(terminal: int, shown: bytearray) -> None:
    try:
        while part := os.read(terminal, 65536):
            shown += part
    except OSError:  # how it ends on Linux
        pass


def screen(shown: str) -> list[str]:
    """Return the lines that stand on a wide screen in the end, without those that are empty."""
    lines: list[list[str]] = [[]]
    row = column = 0
    for code, letter, control, text, unknown in _PIECES.findall(shown):
        assert not unknown, f"no such control is known: {unknown!r}"
        if control == "\r":
            column = 0
        elif control == "\n":
            row += 1
            lines += [[]] * (row == len(lines))
        elif text:
            line = lines[row] + [" "] * (column - len(lines[row]))
            lines[row] = line[:column] + list(text) + line[column + len(text) :]
            column += len(text)
        elif letter == "A":
            row = max(row - int(code or 1), 0)
        elif letter == "K":
            lines[row] = [] if code == "2" else lines[row][:column]
        else:
            assert letter in "mhl", f"no such control is known: {letter} {code}"
    return [line for line in ("".join(letters).rstrip() for letters in lines) if line]
