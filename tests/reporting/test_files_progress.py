from __future__ import annotations

import sys

import pytest

from recon_cli.engine.result import Status
from recon_cli.reporting.files_progress import files_progress
from recon_cli.workflows.file_workflow import FilePart

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


def _show_frames(files: int) -> None:
    with files_progress(files, 10, False) as progress:
        follow = progress.begin("scan.h5")
        follow(FilePart("frame", 2, 4), None)(Status(5))


def test_frames_of_one_file_have_a_bar_of_all_frames() -> None:
    shown = shown_on_terminal(lambda: _show_frames(1))
    for words in ("all frames", "1 of 4", "scan.h5 frame 2 of 4"):
        assert words in shown


def test_the_bar_of_all_files_moves_with_the_frames_of_each() -> None:
    with files_progress(3, 10, False) as progress:
        follow = progress.begin("scan.h5")
        for number in (1, 2):
            follow(FilePart("frame", number, 4), None)(Status(5))
        assert progress._progress.tasks[0].completed == pytest.approx(1.5 / 4)
        progress.finish()
        assert progress._progress.tasks[0].completed == 1


def test_frames_that_are_solved_side_by_side_move_the_bar_together() -> None:
    with files_progress(1, 10, False) as progress:
        follow = progress.begin("scan.h5")
        first = follow(FilePart("frame", 3, 8, together=4), None)
        other = follow(FilePart("frame", 4, 8, together=0), None)
        first(Status(5))
        other(Status(9))
        assert progress._progress.tasks[0].completed == pytest.approx(2 + 4 * 0.5)
        assert progress._progress.tasks[1].description == "scan.h5 frame 3 of 8"
