"""The pages about results that `--report` asks for, and the table over those of a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .repeat import Command, repeated

if TYPE_CHECKING:
    from ..reporting.html_table import TableRow
    from ..reporting.page_view import PageView
    from ..reporting.solver_record import SolverRecord
    from ..workflows.file_workflow import FileDescription, FileTask, Follow


@dataclass
class Pages:
    """What is written about the files of a command.

    Attributes:
        command: that was given.
        view: gives what is shown of what was solved.
        report: what `--report` says.
    """

    command: Command
    view: Callable[[Any], PageView]
    report: str | None
    table: Path | None = None
    """Where the table over the files goes, if it is wanted."""
    _records: dict[FileTask, SolverRecord] = field(default_factory=dict)
    _rows: list[TableRow] = field(default_factory=list)

    def begin(self, tasks: Sequence[FileTask], overwrite: bool) -> None:
        """Take the files.

        Raises:
            ReconError: when the table cannot stand in its place.
        """
        from ..files.outputs import check_place
        from ..files.report_places import table_place

        self.table = table_place(self.report, len(tasks))
        if self.table:
            check_place(self.table, overwrite)

    def follow(self, task: FileTask, follow: Follow) -> Follow:
        """Return what keeps the way of the solver, where a page is wanted, and tells it on."""
        from ..reporting.solver_record import SolverRecord

        if not task.report:
            return follow
        self._records[task] = SolverRecord()
        return self._records[task].around(follow)

    def write(self, task: FileTask, description: FileDescription, solved: Any) -> None:
        """Write the page about a file, whole or not at all.

        Raises:
            ReconError: when that fails.
        """
        if not task.report:
            return
        from ..files.atomic import write_atomically
        from ..reporting.html_page import PageContent, html_page
        from ..reporting.reconstruction_json import reconstruction_fields
        from ..reporting.report import report_rows

        result = solved.result
        content = PageContent(
            task.name,
            report_rows(description, result),
            reconstruction_fields(task, description, result),
            repeated(self.command, {"input": task.source, "-o": task.target, "--reference": task.reference}),
            self.view(solved),
            self._records.pop(task).parts,
            result.rule.quantity if result.rule else "change",
        )
        page = html_page(content).encode()
        write_atomically(task.report, lambda file: file.write(page))

    def add(self, task: FileTask, fields: dict[str, Any]) -> None:
        """Add a file to the table."""
        if self.table:
            from ..reporting.html_table import TableRow

            self._rows.append(TableRow(task, fields))

    def finish(self) -> None:
        """Write the table, whole or not at all.

        Raises:
            ReconError: when that fails.
        """
        if self.table:
            from ..files.atomic import write_atomically
            from ..reporting.html_table import html_table

            page = html_table(self.table, self._rows).encode()
            write_atomically(self.table, lambda file: file.write(page))
