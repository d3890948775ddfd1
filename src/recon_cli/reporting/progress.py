"""Progress bars on stderr, only on a terminal."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import printable
from .console import bars, console

if TYPE_CHECKING:
    from ..engine.result import Status
    from ..workflows.benchmark.comparison import Score
    from ..workflows.training.journal import TrainingStatus
    from ..workflows.tune.evaluation import Evaluation


@contextmanager
def _bar(description: str, total: float, quiet: bool = False) -> Iterator[Callable[[float, str], None]]:
    with bars(quiet) as progress:
        task = progress.add_task(printable(description), total=total, note="")
        yield lambda done, note: progress.update(task, completed=done, note=printable(note))


def say(text: str) -> None:
    """Print a sentence on stderr, above the bars."""
    console().print(printable(text), soft_wrap=True)


def _say_nothing(_: str) -> None:
    pass


@contextmanager
def solver_progress(
    description: str, steps: int | None, tolerance: float | None, quiet: bool = False
) -> Iterator[Callable[[Status], None]]:
    """Show iteration, objective and gap of a solver; the bar follows the stop rule.

    Args:
        description: what is solved.
        steps: number of iterations, where it is fixed.
        tolerance: of the stop rule; None where nothing is iterated.
        quiet: show nothing.

    Yields:
        The callback for the solver.
    """
    with _bar(description, solver_total(steps), quiet=quiet) as update:
        yield follow_solver(update, steps, tolerance)


def solver_total(steps: int | None) -> float:
    """Return the length of a solver's bar."""
    return steps or 1.0


def follow_solver(
    update: Callable[[float, str], None], steps: int | None, tolerance: float | None
) -> Callable[[Status], None]:
    """Return a callback that moves a bar along with a solver's stop rule, and never back.

    Args:
        update: takes how far the bar is, of `solver_total`, and a note.
        steps: number of iterations, where it is fixed.
        tolerance: of the stop rule; None where nothing is iterated.
    """
    goal = None if steps else tolerance
    first: list[float] = []
    reached, known = 0.0, ""

    def show(status: Status) -> None:
        nonlocal reached, known
        if status.is_evaluated:  # what was known last stays until the next evaluation
            known = "" if status.objective is None else f"  J {status.objective:.6g}"
            known += "" if status.gap is None else f"  gap {status.gap:.1e}"
        note = f"iteration {status.iteration}{known}"
        if goal is None:
            update(status.iteration, note)
            return
        measure = status.gap if status.change is None else status.change
        if measure is not None and 0 < measure < math.inf:  # infinite where nothing can be said yet
            first.append(measure)
            span = math.log(max(first[0], 2 * goal) / goal)
            reached = max(reached, 1 - math.log(max(measure, goal) / goal) / span)
        update(reached, note)

    return show


@contextmanager
def share_progress(description: str, quiet: bool = False) -> Iterator[Callable[[float], None]]:
    """Show a share from 0 to 1.

    Args:
        description: of what.
        quiet: show nothing.

    Yields:
        The callback that takes the share.
    """
    with _bar(description, 1.0, quiet=quiet) as update:
        yield lambda share: update(share, f"{share:.0%}")


@contextmanager
def comparison_progress(total: int, quiet: bool = False) -> Iterator[Callable[[str, str, Score], None]]:
    """Show how many images of a comparison are done.

    Args:
        total: number of all.
        quiet: show nothing.

    Yields:
        The callback of the comparison.
    """
    done = 0
    with _bar("benchmark", total, quiet=quiet) as update:

        def show(name: str, image: str, score: Score) -> None:
            nonlocal done
            done += 1
            update(done, f"{done} of {total}  {name}  {Path(image).name}  {score.psnr:.2f} dB")

        yield show


@contextmanager
def training_progress(
    steps: int, quiet: bool = False
) -> Iterator[tuple[Callable[[TrainingStatus], None], Callable[[str], None]]]:
    """Show loss, validation PSNR and the time left of a training; without a terminal, a line a validation.

    Args:
        steps: of the whole training.
        quiet: show nothing.

    Yields:
        The callback of the training, and a function that prints a sentence.
    """
    validation = math.nan
    tell = _say_nothing if quiet else say
    with _bar("training", steps, quiet=quiet) as update:

        def show(status: TrainingStatus) -> None:
            nonlocal validation
            note = f"step {status.step}  loss {status.loss:.5f}"
            if status.validation is not None:
                validation = status.validation
                if not console().is_interactive:
                    tell(f"{note}  validation {validation:.2f} dB")
            update(status.step, f"{note}  validation {validation:.2f} dB")

        yield show, tell


@contextmanager
def tuning_progress(
    expected: int | None, quiet: bool = False
) -> Iterator[tuple[Callable[[Evaluation, Evaluation | None], None], Callable[[str], None]]]:
    """Show the number of evaluations and the best one so far.

    Args:
        expected: about how many there will be; None where nobody knows.
        quiet: show nothing.

    Yields:
        The callback of the search, and a function that prints a sentence.
    """
    done = 0
    with _bar("tuning", expected or math.inf, quiet=quiet) as update:

        def show(_: Evaluation, best: Evaluation | None) -> None:
            nonlocal done
            done += 1
            note = f"evaluation {done}"
            if best:
                strengths = ", ".join(f"{name} {x:.3g}" for name, x in best.strengths.as_json().items())
                note += f"  best {best.value:.5g} at {strengths}"
            update(done, note)

        yield show, _say_nothing if quiet else say
