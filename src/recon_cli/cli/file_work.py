"""What is done with each file of a command, from reading it to what is told of it: here or on a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NamedTuple

from ..workflows.file_workflow import Loaded, Solved

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..engine.result import Callback
    from ..reconstruction import Reconstruction
    from ..workflows.file_workflow import FileDescription, FileTask, FileWorkflow
    from .pages import Pages


class FileOutcome(NamedTuple):
    """What is told of a file that was solved.

    Attributes:
        fields: of its line of JSON.
        line: the report as one line, for one file of many.
        rows: the report.
        warnings: sentences for the user that were not said yet.
    """

    fields: dict[str, Any]
    line: str
    rows: list[tuple[str, str]]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileWork(Generic[Loaded, Solved]):
    """The work that a command does with each file.

    Attributes:
        workflow: the settings.
        draw: makes the figure of a file.
        pages: writes the page about a file.
    """

    workflow: FileWorkflow[Loaded, Solved]
    draw: Callable[[Solved], Figure]
    pages: Pages

    def write(self, task: FileTask, solved: Solved) -> None:
        """Write the results, each whole or not at all.

        Raises:
            ReconError: when that fails.
        """
        from ..files.figures import write_figure

        self.workflow.write(task, solved)
        if task.figure:
            write_figure(task.figure, self.draw(solved))
        self.pages.write(task, self.workflow.describe(task, solved), solved)

    def told(
        self, written: Iterator[tuple[FileTask, Solved | Exception]]
    ) -> Iterator[tuple[FileTask, FileOutcome | Exception]]:
        """Yield what is told of files that were written, or the errors that ended them."""
        for task, solved in written:
            yield task, solved if isinstance(solved, Exception) else self.tell(task, solved)

    def tell(self, task: FileTask, solved: Solved, warnings: tuple[str, ...] = ()) -> FileOutcome:
        """Return what is told of a file."""
        return outcome_of(task, self.workflow.describe(task, solved), solved.result)._replace(
            warnings=warnings
        )


def outcome_of(task: FileTask, description: FileDescription, result: Reconstruction) -> FileOutcome:
    """Return what is told of a file."""
    from ..reporting.reconstruction_json import reconstruction_fields
    from ..reporting.report import report_line, report_rows

    return FileOutcome(
        reconstruction_fields(task, description, result),
        report_line(task, description, result),
        report_rows(description, result),
    )


class AwayTask(NamedTuple):
    """A file for a worker.

    Attributes:
        task: the file.
        free: places of its results that were free when the command began.
    """

    task: FileTask
    free: tuple[Path, ...]


def do_file(away: AwayTask, work: FileWork[Any, Any]) -> Iterator[FileOutcome]:
    """Read, solve and write a file, and yield what is told of it.

    A worker that was killed may have written some of its results, and not come to say so: these stay.

    Raises:
        ReconError: when that fails.
    """
    from ..files.claims import claim_again

    for place in away.free:
        claim_again(place)
    task, workflow = away.task, work.workflow
    loaded = workflow.read(task)
    solved = workflow.solve(task, loaded, work.pages.follow(task, _silent))
    work.write(task, solved)
    yield work.tell(task, solved, tuple(loaded.warnings))


def _silent(words: str, tolerance: float | None) -> Callback:
    del words, tolerance
    return lambda status: None
