"""The outcome of a reconstruction as a line of JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .compiled_loops import compiled_loops
from .json_line import json_line, peak_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ..files.kspace.samples import KSpace
    from ..workflows.mri.measurement import Frame
    from ..workflows.mri.methods.method import MriMethod
    from ..workflows.mri.study import Study
    from .mri_scores import Scores


def mri_line(
    source: Path,
    place: Path,
    measured: KSpace,
    study: Study,
    method: MriMethod,
    frames: Sequence[Frame],
    scores: tuple[Scores, Scores] | None,
) -> str:
    """Return what was done; the arguments are those of `print_mri_report`.

    `sampled` is the mean share of k-space, `iterations` and `gap` are the largest of all frames, `objective`
    their sum, null where the method has none, `stop_rule` what the iterations of converged frames ended by,
    null where nothing decides that, `scale` the factor of k-space, undone in the result,
    `compiled_loops` whether those over patches were in use, and why not, null of a method without any. The
    scores are there when a reference is.
    """
    options, results = study.options, [frame.result for frame in frames]
    fields: dict[str, Any] = {
        "input": str(source),
        "output": str(place),
        "layout": measured.layout,
        "axes": measured.axes,
        "frames": len(frames),
        "coils": study.samples.shape[1],
        "sampled": float(study.masks.mean()),
        "fft": options.fft,
        "image": options.image,
        "scale": study.scale,
        "method": method.name,
        **method.fields(options),
        **frames[0].parameters.as_json(),
        "iterations": max(result.iterations for result in results),
        "stop_rule": method.stop_rule(options),
        "converged": all(result.converged for result in results),
        "objective": _combined(sum, [result.objective for result in results]),
        "gap": _combined(max, [result.gap for result in results]),
        "seconds": round(sum(frame.seconds for frame in frames), 4),
        "device": frames[0].device,
        "compiled_loops": compiled_loops(method, frames[0].device),
        "warnings": list(study.warnings),
        "peak_memory_mib": peak_memory(),
    }
    if scores:
        result, start = (score._asdict() for score in scores)
        fields |= result | {f"{name}_zero_filled": value for name, value in start.items()}
    return json_line(fields)


def _combined(how: Callable[[list[float]], float], values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return how(known) if known else None
