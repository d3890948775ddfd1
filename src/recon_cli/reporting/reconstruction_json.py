"""The outcome for a file as fields of a line of JSON, whatever the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .compiled_loops import compiled_loops
from .json_line import peak_memory

if TYPE_CHECKING:
    from ..reconstruction import Reconstruction
    from ..workflows.file_workflow import FileDescription, FileTask


def reconstruction_fields(
    task: FileTask, description: FileDescription, result: Reconstruction
) -> dict[str, Any]:
    """Return what was done with a file.

    `iterations`, `gap` and `distance` are the largest of its parts, `objective` their sum. `gap` and
    `distance` are certified, the second from the exact minimum in grey levels of 255; null without a bound.
    `seconds` is the solver's, `compiled_loops` whether those over patches were in use, and why not, null of a
    prior without any, `peak_memory_mib` the largest memory of the whole process so far.
    """
    return _names(task) | dict(description.fields) | solver_fields(result) | dict(description.scores)


def solver_fields(result: Reconstruction) -> dict[str, Any]:
    """Return how an image was solved, see `reconstruction_fields`."""
    used = result.used[0]
    return {
        "method": used.prior,
        **used.settings,
        "iterations": result.iterations,
        "converged": result.converged,
        "objective": result.objective,
        "gap": result.gap,
        "distance": result.distance,
        "seconds": round(result.seconds, 4),
        "device": result.device,
        "threads": result.threads,
        "compiled_loops": compiled_loops(result),
        "peak_memory_mib": peak_memory(),
    }


def failure_fields(task: FileTask, sentence: str) -> dict[str, Any]:
    """Return why a file failed."""
    return _names(task) | {"error": sentence}


def _names(task: FileTask) -> dict[str, Any]:
    others = {"figure": task.figure, "zero_filled": task.zero_filled, "report": task.report}
    names = {"input": task.name, "output": str(task.target or "-")}
    return names | {name: str(place) for name, place in others.items() if place}
