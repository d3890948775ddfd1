"""The outcome of a reconstruction as a line of JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .compiled_loops import compiled_loops
from .json_line import json_line, peak_memory

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..files.kspace.samples import KSpace
    from ..quality.scores import Scores
    from ..reconstruction import Reconstruction
    from ..workflows.mri.study import Study


def mri_line(
    source: Path,
    place: Path,
    measured: KSpace,
    study: Study,
    done: Reconstruction,
    counts: Sequence[int],
    scores: tuple[Scores, Scores] | None,
) -> str:
    """Return what was done; the arguments are those of `print_mri_report`.

    `sampled` is the mean share of k-space, `iterations` and `gap` are the largest of all frames, `objective`
    their sum, null where the method has none, `stop_rule` what the iterations of converged frames ended by,
    null where nothing decides that, `scale` the factor of k-space, undone in the result,
    `compiled_loops` whether those over patches were in use, and why not, null of a method without any. The
    scores are there when a reference is.
    """
    used = done.used[0]
    fields: dict[str, Any] = {
        "input": str(source),
        "output": str(place),
        "layout": measured.layout,
        "axes": measured.axes,
        "frames": len(counts),
        "coils": study.samples.shape[1],
        "sampled": float(study.masks.mean()),
        "fft": study.fft,
        "image": study.image,
        "scale": study.scale,
        "method": used.prior,
        **used.settings,
        **({"model": used.model} if used.model else {}),
        **({"reweighted": used.reweighted} if used.prior == "model" else {}),
        **used.parameters,
        "iterations": done.iterations,
        "stop_rule": done.rule and done.rule.quantity,
        "converged": done.converged,
        "objective": done.objective,
        "gap": done.gap,
        "seconds": round(done.seconds, 4),
        "device": done.device,
        "compiled_loops": compiled_loops(done),
        "warnings": list(study.warnings),
        "peak_memory_mib": peak_memory(),
    }
    if scores:
        result, start = (score._asdict() for score in scores)
        fields |= result | {f"{name}_zero_filled": value for name, value in start.items()}
    return json_line(fields)
