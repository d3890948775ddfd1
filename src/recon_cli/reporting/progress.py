"""Progress bars on stderr, only on a terminal."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from ..engine.result import Status
    from ..workflows.denoise import DenoiseOptions


@contextmanager
def _bar(description: str, total: float) -> Iterator[Callable[[float, str], None]]:
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(description, total=total, note="")

        def update(done: float, note: str) -> None:
            progress.update(task, completed=done, note=note)

        yield update


@contextmanager
def denoising_progress(options: DenoiseOptions) -> Iterator[Callable[[Status], None]]:
    """Show iteration, objective and gap of a solver; the bar follows the stop rule.

    Args:
        options: of the denoising, for the stop rule.

    Yields:
        The callback for the solver.
    """
    goal = None if options.mode == "unrolled" else options.goal
    first: list[float] = []
    with _bar(options.mode, options.steps if goal is None else 1.0) as update:

        def show(status: Status) -> None:
            note = f"iteration {status.iteration}  J {status.objective:.6g}"
            if status.gap is not None:
                note += f"  gap {status.gap:.1e}"
            if goal is None:
                update(status.iteration, note)
                return
            measure = status.gap if status.gap is not None else status.change
            if measure is None or measure <= 0:
                update(0, note)
                return
            first.append(measure)
            span = math.log(max(first[0], 2 * goal) / goal)
            update(1 - math.log(max(measure, goal) / goal) / span, note)

        yield show


@contextmanager
def training_progress(steps: int) -> Iterator[Callable[[int, str], None]]:
    """Show the steps of a training.

    Args:
        steps: of the whole training.

    Yields:
        A function of the steps done and a note.
    """
    with _bar("training", steps) as update:
        yield update
