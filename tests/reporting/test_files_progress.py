from __future__ import annotations

import sys

import pytest

from recon_cli.engine.result import Status
from recon_cli.reporting.files_progress import files_progress

from ..terminal import shown_on_terminal


def _show(quiet: bool) -> None:
    with files_progress(2, None, quiet) as progress:
        follow = progress.begin("a[1].png")
        follow("planes 1 to 4 of 9", 1e-3)(Status(7, 3.5, 0.1))
        progress.finish()
        sys.stdout.write("data\n")


def test_a_terminal_shows_the_file_and_all_files() -> None:
    shown = shown_on_terminal(lambda: _show(False))
    for words in ("all files", "1 of 2", "a[1].png planes 1 to 4 of 9", "iteration 7", "gap 1.0e-01"):
        assert words in shown


def test_nothing_is_shown_without_a_terminal_or_when_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    _show(False)
    assert capsys.readouterr() == ("data\n", "")
    assert shown_on_terminal(lambda: _show(True)) == "data\r\n"
