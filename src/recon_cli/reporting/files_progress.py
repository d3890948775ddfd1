"""Progress over many files, on stderr, only on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from rich.progress import Progress

from ..errors import printable
from ..workflows.file_workflow import FilePart
from .console import aside, bars
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
            if isinstance(part, FilePart) and not part.together:
                return _ignore  # it goes as the first one of those that are solved together
            description = printable(f"{name} {part}".strip())
            total = solver_total(self._steps)
            self._progress.reset(self._one, description=description, total=total, note="")
            self._show_part(part, 0)

            def update(done: float, note: str) -> None:
                self._progress.update(self._one, completed=done, note=note)
                self._show_part(part, done / total)

            return follow_solver(update, self._steps, tolerance)

        return follow

    def _show_part(self, part: str, share: float) -> None:
        """Show how far all is, with parts of a file where it has some, and the share of one that is done."""
        if not isinstance(part, FilePart) or part.parts == 1:
            return
        done = part.number - 1 + share * part.together
        if self._files > 1:
            within = done / part.parts
            self._progress.update(self._all, completed=self._done + within)
        else:
            self._progress.update(
                self._all,
                description=f"all {part.noun}s",
                total=part.parts,
                completed=done,
                note=f"{part.number - 1} of {part.parts}",
                visible=True,
            )

    def finish(self) -> None:
        """Show that one more file is done."""
        self._done += 1
        self._progress.update(self._all, completed=self._done, note=f"{self._done} of {self._files}")

    def aside(self) -> AbstractContextManager[None]:
        """Take the bars away while a line goes to stdout, which may be the same terminal."""
        return aside(self._progress)


def _ignore(_: Status) -> None:
    pass


@contextmanager
def files_progress(files: int, steps: int | None, quiet: bool) -> Iterator[FilesProgress]:
    """Show how far some files are.

    Args:
        files: how many.
        steps: iterations of each, where their number is fixed.
        quiet: show nothing.
    """
    with bars(quiet) as progress:
        yield FilesProgress(progress, files, steps)
