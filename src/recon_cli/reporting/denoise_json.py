"""The outcome for a file as a line of JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .compiled_loops import compiled_loops
from .json_line import json_line, peak_memory

if TYPE_CHECKING:
    from ..workflows.denoising.job import Job, Solved


def denoising_json(job: Job, solved: Solved) -> str:
    """Return what was done with a file.

    `sigma` is of 255, a list where it differs between planes; `parameters` has an entry for each noise
    level that was solved for, of which colours have two, `reweighted` where its penalties were weighted by a
    first minimum; `gap` the certified one, null without one, `seconds` the solver's, `compiled_loops` whether
    those over patches were in use, and why not, null of a method without any, `peak_memory_mib` the
    largest memory of the whole process so far. The scores are there when a reference is.
    """
    result, array = solved.result, solved.picture.array
    used = result.used[0]
    fields: dict[str, Any] = _names(job) | {
        "format": solved.format,
        "shape": list(array.shape),
        "dtype": str(array.dtype),
        "method": used.prior,
        **used.settings,
        "sigma": solved.sigmas[0] if len(set(solved.sigmas)) == 1 else list(solved.sigmas),
        "parameters": [
            {"sigma": used.sigma, "model": used.model or used.prior}
            | ({"reweighted": True} if used.reweighted else {})
            | dict(used.parameters)
            for used in result.used
        ],
        "tiles": result.tiles,
        "memory_shortages": result.shortages,
        "iterations": result.iterations,
        "converged": result.converged,
        "objective": result.objective,
        "gap": result.gap,
        "seconds": round(result.seconds, 4),
        "device": result.device,
        "compiled_loops": compiled_loops(result),
        "peak_memory_mib": peak_memory(),
    }
    if solved.scores:
        after, before = solved.scores
        fields |= {"psnr": after[0], "ssim": after[1], "psnr_input": before[0], "ssim_input": before[1]}
    return json_line(fields)


def failure_json(job: Job, sentence: str) -> str:
    """Return why a file failed."""
    return json_line(_names(job) | {"error": sentence})


def _names(job: Job) -> dict[str, Any]:
    names = {"input": job.name, "output": str(job.target or "-")}
    return names | ({"figure": str(job.figure)} if job.figure else {})
