"""The one console of the program, on stderr: bars, sentences, tables and reports go through it.

A second one on the same terminal would know nothing of the bars of the first, and write over them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, Progress, Task, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

_ENDLESS = 2**16
"""Columns of what is no terminal: nothing is wrapped there."""
_PERIOD = 1800.0
"""Seconds that the time left is estimated from: a frame or a file may take minutes."""


@cache
def console() -> Console:
    """Return the console; what it prints is taken as it is, without markup or names of emoji."""
    if sys.stderr is not None and sys.stderr.isatty():
        return Console(stderr=True, highlight=False, markup=False, emoji=False)
    return Console(
        stderr=True, highlight=False, markup=False, emoji=False, force_terminal=False, width=_ENDLESS
    )


class TimeLeft(TimeRemainingColumn):
    """The time left, named: two times beside each other explain nothing; empty where it is not known."""

    def render(self, task: Task) -> Text:
        """Return it."""
        known = task.time_remaining is not None and not task.finished
        return Text.assemble(super().render(task), " left", style="progress.remaining") if known else Text()


@contextmanager
def bars(quiet: bool) -> Iterator[Progress]:
    """Show bars, with the time so far and the time left, below all that is said; they vanish in the end.

    Args:
        quiet: show none; nor are there any without a terminal on which they can move.
    """
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[note]}", markup=False),
        TimeElapsedColumn(),
        TimeLeft(),
    )
    progress = Progress(
        *columns,
        console=console(),
        transient=True,
        speed_estimate_period=_PERIOD,
        disable=quiet or not console().is_interactive,
        redirect_stdout=False,  # what goes to stdout is data
    )
    if progress.disable:
        yield progress
        return
    with progress:
        yield progress


@contextmanager
def aside(progress: Progress) -> Iterator[None]:
    """Take the bars away while something else, as data on stdout, may be written to the same terminal."""
    if progress.disable:
        yield
        return
    progress.stop()
    try:
        yield
    finally:
        # one that is started again would first erase as many lines as it had
        progress.live = Live(
            console=console(), transient=True, redirect_stdout=False, get_renderable=progress.get_renderable
        )
        progress.start()
