from __future__ import annotations

import sys

import pytest
from rich.progress import Progress
from rich.table import Table

from recon_cli.reporting.console import TimeLeft, aside, bars, console
from recon_cli.reporting.progress import say

from ..terminal import screen, shown_on_terminal


def test_what_is_said_and_written_meanwhile_stays_above_the_bars() -> None:
    def run() -> None:
        with bars(quiet=False) as progress:
            for name in ("one", "two"):
                progress.add_task(name, total=1, note="")
            progress.refresh()
            say("said")
            with aside(progress):
                sys.stdout.write("data\n")
                sys.stdout.flush()
            progress.refresh()
            sys.stderr.write("an error\n")
        say("the end")

    shown = shown_on_terminal(run)
    assert shown.count("one") > 3
    assert screen(shown) == ["said", "data", "an error", "the end"]


def test_a_console_without_a_terminal_wraps_nothing_and_colours_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "20")
    console.cache_clear()
    table = Table("[name]", ":cat:")
    table.add_row("a" * 200, "b " * 100)
    console().print(table)
    lines = capsys.readouterr().err.splitlines()
    console.cache_clear()
    assert len(lines) == 5
    assert "[name]" in lines[1]
    assert ":cat:" in lines[1]
    assert "a" * 200 in lines[3]
    assert "b " * 100 in lines[3]
    assert "\x1b" not in "".join(lines)


def test_the_time_left_is_named_once_it_is_known() -> None:
    clock = [0.0]
    progress = Progress(get_time=lambda: clock[0])
    progress.add_task("", total=4)
    (task,) = progress.tasks
    column = TimeLeft()
    assert column.render(task).plain == ""
    for second in (1, 2, 3):
        clock[0] = second
        progress.update(task.id, completed=second)
    assert column.render(task).plain == "0:00:01 left"
    progress.update(task.id, completed=4)
    assert column.render(task).plain == ""
