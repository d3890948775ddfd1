"""The run of a command over its files, and what it says of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from .complaints import complain, sentence_of
from .methods import refuse_opposites

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..reporting.files_progress import FilesProgress
    from ..workflows.file_workflow import FileTask, FileWorkflow, Loaded, Solved
    from .file_work import FileOutcome
    from .pages import Pages

SOME_FAILED = 3


@dataclass(frozen=True)
class Batch:
    """How a command goes through its files.

    Attributes:
        scheduler: of the workers that do the work; None does it here.
        overwrite: replace existing files.
        skip_existing: leave out those whose result exists.
        json: print a line of JSON for each.
        quiet: say nothing but errors.
        verbose: print the long report for each of several files.
        debug: let the first error through.
    """

    scheduler: str | None
    overwrite: bool
    skip_existing: bool
    json: bool
    quiet: bool
    verbose: bool
    debug: bool

    @classmethod
    def from_options(
        cls,
        context: typer.Context,
        *,
        scheduler: str | None,
        overwrite: bool,
        skip_existing: bool,
        json: bool,
        quiet: bool,
        verbose: bool,
    ) -> Batch:
        """Return what the options of a command say.

        Raises:
            ReconError: when two of them are opposites.
        """
        refuse_opposites(quiet=quiet, verbose=verbose)
        refuse_opposites(overwrite=overwrite, skip_existing=skip_existing)
        debug = bool(context.find_root().params.get("debug"))
        return cls(scheduler, overwrite, skip_existing, json, quiet, verbose, debug)

    def go(
        self,
        workflow: FileWorkflow[Loaded, Solved],
        tasks: Sequence[FileTask],
        draw: Callable[[Solved], Figure],
        pages: Pages,
    ) -> None:
        """Work on files; one that fails is told of and does not stop the others.

        Args:
            workflow: the settings.
            tasks: the files.
            draw: makes the figure of a file.
            pages: writes the page about a file, and the table over all.

        Raises:
            ReconError: the error of a single file.
            Exit: with code 1 when every file failed, 3 when some did.
        """
        from ..reporting.files_progress import files_progress
        from ..reporting.progress import say
        from ..reporting.reconstruction_json import failure_fields
        from .engines import engine_for
        from .file_work import FileWork

        todo = [t for t in tasks if not (self.skip_existing and t.target and t.target.exists())]
        if len(todo) < len(tasks) and not self.quiet:
            say(f"skipped {len(tasks) - len(todo)} of {len(tasks)} {workflow.noun}s, which have results")
        pages.begin(tasks, self.overwrite)
        work = FileWork(workflow, draw, pages)
        failed = 0
        with (
            engine_for(self.scheduler, todo, self.overwrite, self.skip_existing) as engine,
            files_progress(len(todo), workflow.fixed_steps, self.quiet) as progress,
        ):

            def warn(task: FileTask, warnings: Sequence[str]) -> None:
                named = f"{task.name}: " if len(tasks) > 1 else ""
                for sentence in () if self.quiet else warnings:
                    say(f"warning: {named}{sentence}")

            for task, outcome in engine(work, todo, progress, warn):
                progress.finish()
                if isinstance(outcome, Exception):
                    failed += 1
                    pages.add(task, failure_fields(task, sentence_of(outcome)))
                    self._complain(task, outcome, len(tasks), progress)
                else:
                    pages.add(task, outcome.fields)
                    self._report(task, outcome, len(tasks), progress)
        pages.finish()
        if failed and len(tasks) > 1 and not self.quiet:
            say(f"{failed} of {len(tasks)} {workflow.noun}s failed")
        if failed:
            raise typer.Exit(1 if failed == len(tasks) else SOME_FAILED)

    def _complain(self, task: FileTask, error: Exception, files: int, progress: FilesProgress) -> None:
        from ..reporting.reconstruction_json import failure_fields

        sentence = sentence_of(error)
        self._print_json(task, failure_fields(task, sentence), progress)
        if files == 1 or self.debug:
            raise error
        complain(sentence if task.name in sentence else f"{task.name}: {sentence}")

    def _report(self, task: FileTask, outcome: FileOutcome, files: int, progress: FilesProgress) -> None:
        from ..reporting.progress import say
        from ..reporting.report import print_rows

        if self.verbose or (files == 1 and not self.quiet):
            print_rows(outcome.rows)
        elif not self.quiet:
            say(outcome.line)
        self._print_json(task, outcome.fields, progress)

    def _print_json(self, task: FileTask, fields: dict[str, Any], progress: FilesProgress) -> None:
        from ..files.streams import write_stdout
        from ..reporting.json_line import json_line

        if not self.json:
            return
        line = json_line(fields)
        with progress.aside():
            if task.target is None:
                typer.echo(line, err=True)
            else:
                write_stdout(f"{line}\n".encode())
