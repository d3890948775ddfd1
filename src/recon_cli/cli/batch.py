"""The run of a command over its files, and what it says of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from .complaints import complain, sentence_of
from .methods import refuse_opposites
from .repeat import Command, command_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..reporting.files_progress import FilesProgress
    from ..reporting.page_view import PageView
    from ..workflows.file_workflow import FileTask, FileWorkflow, Loaded, Solved
    from .file_options import FileOptions
    from .file_work import FileOutcome

SOME_FAILED = 3


@dataclass(frozen=True)
class Batch:
    """How a command goes through its files.

    Attributes:
        options: of the command.
        command: that was given.
        debug: let the first error through.
    """

    options: FileOptions
    command: Command
    debug: bool

    @classmethod
    def of(cls, context: typer.Context, options: FileOptions) -> Batch:
        """Return what the options of a command say.

        Raises:
            ReconError: when two of them are opposites.
        """
        refuse_opposites(quiet=options.quiet, verbose=options.verbose)
        refuse_opposites(overwrite=options.overwrite, skip_existing=options.skip_existing)
        return cls(options, command_of(context), bool(context.find_root().params.get("debug")))

    def go(
        self,
        workflow: FileWorkflow[Loaded, Solved],
        tasks: Sequence[FileTask],
        draw: Callable[[Solved], Figure],
        view: Callable[[Solved], PageView],
    ) -> None:
        """Work on files; one that fails is told of and does not stop the others.

        Args:
            workflow: the settings.
            tasks: the files.
            draw: makes the figure of a file.
            view: gives what a page about a file shows of it.

        Raises:
            ReconError: the error of a single file.
            Exit: with code 1 when every file failed, 3 when some did.
        """
        from ..reporting.files_progress import files_progress
        from ..reporting.progress import say
        from ..reporting.reconstruction_json import failure_fields
        from .engines import engine_for
        from .file_tasks import make_folders
        from .file_work import FileWork
        from .pages import Pages

        make_folders(tasks, self.options.output)
        skipping, quiet = self.options.skip_existing, self.options.quiet
        todo = [t for t in tasks if not (skipping and t.target and t.target.exists())]
        if len(todo) < len(tasks) and not quiet:
            say(f"skipped {len(tasks) - len(todo)} of {len(tasks)} {workflow.noun}s, which have results")
        pages = Pages(self.command, view, self.options.report)
        pages.begin(tasks, self.options.overwrite)
        work = FileWork(workflow, draw, pages)
        failed = 0
        with (
            engine_for(self.options.scheduler, todo, self.options.overwrite, skipping) as engine,
            files_progress(len(todo), workflow.fixed_steps, quiet) as progress,
        ):

            def warn(task: FileTask, warnings: Sequence[str]) -> None:
                named = f"{task.name}: " if len(tasks) > 1 else ""
                for sentence in () if quiet else warnings:
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
        if failed and len(tasks) > 1 and not quiet:
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

        if self.options.verbose or (files == 1 and not self.options.quiet):
            print_rows(outcome.rows)
        elif not self.options.quiet:
            say(outcome.line)
        self._print_json(task, outcome.fields, progress)

    def _print_json(self, task: FileTask, fields: dict[str, Any], progress: FilesProgress) -> None:
        from ..files.streams import write_stdout
        from ..reporting.json_line import json_line

        if not self.options.json:
            return
        line = json_line(fields)
        with progress.aside():
            if task.target is None:
                typer.echo(line, err=True)
            else:
                write_stdout(f"{line}\n".encode())
