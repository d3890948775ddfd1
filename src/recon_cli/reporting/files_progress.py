"""Progress over many files, on stderr, only on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from ..errors import printable
from .progress import follow_solver, solver_total

if TYPE_CHECKING:
    from ..engine.result import Status


class FilesProgress:
    """A bar for the file that is solved, and one for all where there are several."""

    def __init__(self, progress: Progress, files: int, steps: int | None) -> None:
        """Add the bars."""
        self._progress = progress
        self._steps = steps
        self._all = progress.add_task("all files", total=files, note=f"0 of {files}", visible=files > 1)
        self._one = progress.add_task("", total=1, note="")
        self._files = files
        self._done = 0

    def begin(self, name: str) -> Callable[[str, float | None], Callable[[Status], None]]:
        """Show that a file is solved.

        Args:
            name: of the file.

        Returns:
            What takes words about a part of the file and the tolerance, and gives the solver's callback.
        """

        def follow(part: str, tolerance: float | None) -> Callable[[Status], None]:
            description = escape(printable(f"{name} {part}".strip()))
            total = solver_total(self._steps)
            self._progress.reset(self._one, description=description, total=total, note="")
            return follow_solver(
                lambda done, note: self._progress.update(self._one, completed=done, note=note),
                self._steps,
                tolerance,
            )

        return follow

    def finish(self) -> None:
        """Show that one more file is done."""
        self._done += 1
        self._progress.update(self._all, completed=self._done, note=f"{self._done} of {self._files}")


@contextmanager
def files_progress(files: int, steps: int | None, quiet: bool) -> Iterator[FilesProgress]:
    """Show how far some files are.

    Args:
        files: how many.
        steps: iterations of each, where their number is fixed.
        quiet: show nothing.
    """
    console = Console(stderr=True, highlight=False)
    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[note]}"), TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(
        *columns,
        console=console,
        transient=True,
        disable=quiet or not console.is_terminal,
        redirect_stdout=False,  # what goes to stdout is data
    ) as progress:
        yield FilesProgress(progress, files, steps)
