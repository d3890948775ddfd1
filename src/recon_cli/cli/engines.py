"""Who works on the files of a command: this process, or the workers of a scheduler."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ReconError
from ..interruptions import end_where_interrupted
from .file_work import AwayTask, FileOutcome, FileWork, do_file, outcome_of

if TYPE_CHECKING:
    from ..cluster.executor import ClusterExecutor
    from ..executor import Runner
    from ..reporting.files_progress import FilesProgress
    from ..workflows.file_workflow import FileTask, Follow

Warn = Callable[["FileTask", Sequence[str]], None]
"""Tells the user sentences about a file."""
Told = Iterator[tuple["FileTask", "FileOutcome | Exception"]]
"""Each file in its order with what is told of it, or with the error that ended it."""
Engine = Callable[[FileWork[Any, Any], Sequence["FileTask"], "FilesProgress", Warn], Told]
"""Does the work: takes what is done with each file, the files, what shows how far they are, and who warns."""


def refuse_jobs(scheduler: str | None, jobs: int) -> None:
    """Raise a ReconError where both a scheduler and processes of this machine are asked for."""
    if scheduler is not None and jobs != 1:
        raise ReconError("--jobs counts processes of this machine; --scheduler has workers of its own", 2)


@contextmanager
def runner_for(scheduler: str | None, jobs: int = 1) -> Iterator[Runner]:
    """Choose who calls functions of many values: some processes here, or the workers of a scheduler.

    Args:
        scheduler: what `--scheduler` says, or None.
        jobs: number of processes here.

    Raises:
        ReconError: when there is no such scheduler, or less than one process is asked for.
    """
    refuse_jobs(scheduler, jobs)
    if scheduler is None:
        from ..executor import Executor

        with Executor(jobs) as processes:
            yield processes
        return
    from ..cluster.executor import ClusterExecutor
    from ..reporting.progress import say

    with ClusterExecutor(scheduler, say=say) as cluster:
        yield cluster


@contextmanager
def engine_for(
    scheduler: str | None, tasks: Sequence[FileTask], overwrite: bool, go_on: bool
) -> Iterator[Engine]:
    """Choose who does the work.

    Args:
        scheduler: what `--scheduler` says, or None.
        tasks: the files.
        overwrite: whether existing files are replaced.
        go_on: whether to go on with volumes that a run which was stopped has begun.

    Raises:
        ReconError: when there is no such scheduler, or files do not go with one.
    """
    if scheduler is None or not tasks:
        from ..executor import Executor

        yield partial(_work_in_turn, work_here, Executor(), go_on)
        return
    if any(task.source is None or task.target is None for task in tasks):
        raise ReconError("--scheduler works on files, and not on a pipe (-)", 2)
    from ..cluster.executor import ClusterExecutor
    from ..reporting.progress import say

    folders = list(dict.fromkeys(place.parent for task in tasks for place in task.outputs))
    inputs = [task.source for task in tasks if task.source]
    with ClusterExecutor(scheduler, folders, inputs, say) as executor:
        yield partial(_work_in_turn, partial(work_away, executor, overwrite), executor, go_on)


def _work_in_turn(
    engine: Engine,
    runner: Runner,
    go_on: bool,
    work: FileWork[Any, Any],
    tasks: Sequence[FileTask],
    progress: FilesProgress,
    warn: Warn,
) -> Told:
    """Work on files of one kind after the other, in their order: volumes go part by part."""
    from ..workflows.volumes.run import VolumeTask

    volumes = [(task, VolumeTask.of(work.workflow, task)) for task in tasks]
    for is_file, group in groupby(volumes, lambda pair: pair[1] is None):
        if is_file:
            yield from engine(work, [task for task, _ in group], progress, warn)
            continue
        for task, volume in group:
            assert volume is not None
            try:
                solved = volume.solve(runner, partial(_tell, progress.begin(task.name)), go_on)
            except Exception as error:  # noqa: BLE001 - the caller gets it
                end_where_interrupted(error)
                yield task, error
            else:
                yield task, outcome_of(task, solved.description, solved.result)


def _tell(follow: Follow, words: str) -> None:
    follow(words, None)


def work_here(
    work: FileWork[Any, Any], tasks: Sequence[FileTask], progress: FilesProgress, warn: Warn
) -> Told:
    """Work in this process, see `Pipeline`."""
    from ..workflows.pipeline import Pipeline

    workflow = work.workflow
    solved: Any
    with Pipeline(workflow.read, work.write) as pipeline:
        for task, reading in pipeline.coming(tasks):
            try:
                loaded = reading.result()
                warn(task, loaded.warnings)
                follow = work.pages.follow(task, progress.begin(task.name))
                solved = workflow.solve(task, loaded, follow)
            except Exception as error:  # noqa: BLE001 - the caller gets it
                solved = error
            yield from work.told(pipeline.going(task, solved))
        yield from work.told(pipeline.gone())


def work_away(
    executor: ClusterExecutor,
    overwrite: bool,
    work: FileWork[Any, Any],
    tasks: Sequence[FileTask],
    progress: FilesProgress,
    warn: Warn,
) -> Told:
    """Let workers do it, a file a task; places that are taken are not tried."""
    del progress  # nobody hears how far a worker is with a file
    from ..files.claims import remove_signs

    executor.share(work)
    refused = {task: error for task in tasks if (error := _refusal(task, overwrite))}
    going = (AwayTask(task, () if overwrite else task.outputs) for task in tasks if task not in refused)
    outcomes = executor.outcomes(partial(do_file, work=work), going)
    for task in tasks:
        outcome = refused.get(task) or next(outcomes)
        remove_signs(task.outputs, executor.run_name)
        if isinstance(outcome, Exception):
            yield task, outcome
            continue
        (told,) = outcome
        warn(task, told.warnings)
        yield task, told


def _refusal(task: FileTask, overwrite: bool) -> ReconError | None:
    """Return why the results of a file cannot stand in their places, or None."""
    from ..files.outputs import check_place

    try:
        for place in task.outputs:
            check_place(Path(place), overwrite)
    except ReconError as error:
        return error
    return None
