from __future__ import annotations

import io
import sys

import pytest

from recon_cli.engine.result import Status
from recon_cli.reporting.files_progress import files_progress


class _Terminal(io.StringIO):
    """A terminal that keeps what it is shown."""

    def isatty(self) -> bool:
        return True


def _show(quiet: bool, files: int = 2) -> None:
    with files_progress(files, None, quiet) as progress:
        follow = progress.begin("a[1].png")
        follow("planes 1 to 4 of 9", 1e-3)(Status(7, 3.5, 0.1))
        sys.stdout.write("data\n")
        progress.finish()


def test_a_terminal_shows_the_file_and_all_files(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = _Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "150")
    _show(False)
    shown = terminal.getvalue()
    for words in ("all files", "1 of 2", "a[1].png planes 1 to 4 of 9", "iteration 7", "gap 1.0e-01"):
        assert words in shown
    assert "data" not in shown
    assert capsys.readouterr().out == "data\n"


def test_nothing_is_shown_without_a_terminal_or_when_quiet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _show(False)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr", terminal := _Terminal())
    _show(True)
    assert terminal.getvalue().strip() == ""
