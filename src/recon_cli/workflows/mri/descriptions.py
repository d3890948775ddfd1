"""What is told of reconstructed k-space."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..file_workflow import FileDescription, FileTask, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .stages import LoadedKSpace, ReconstructedKSpace


def describe_kspace(task: FileTask, solved: ReconstructedKSpace) -> FileDescription:
    """Return what is told of a file of k-space besides how it was solved.

    In JSON `sampled` is the mean share of k-space, `scale` the factor of k-space, undone in the result,
    `map_sets` the most sets of coil maps of a frame, and `stop_rule` what the iterations of converged frames
    ended by, null where nothing decides that.
    """
    study, done = solved.loaded.study, solved.result
    used, frames = done.used[0], len(solved.images)
    names = solved.loaded.measured.details.names
    read, sampling, image = study_rows(solved.loaded)
    unit = solved.loaded.measured.unit
    level = study.noise and study.noise.level * unit
    source = study.noise and study.noise.source
    highest = max(solved.bounds) / study.scale * unit
    raised = f"; pixels up to {highest:.4g} allowed" if max(solved.bounds) > study.bound else ""
    rows: Rows = (
        ("input", f"{task.name} ({read})"),
        ("sampling", sampling),
        ("output", f"{task.target or '-'} ({frames} frame{'s' if frames > 1 else ''})"),
        *task.beside,
        *([("frames", f"of each slice: {'; '.join(names)}")] if names else []),
        *([("coil maps", _folded(solved.sets))] if max(solved.sets) > 1 else []),
        ("noise", f"{level:.3g} in units of k-space, {source}" if level else "unknown"),
        ("image", f"{image}, undone in the result{raised}"),
    )
    fields: dict[str, Any] = {
        **study_fields(solved.loaded),
        **({"frame_names": list(names)} if names else {}),
        "noise": level,
        "noise_source": source,
        "bound": highest,
        "map_sets": max(solved.sets),
        **({"model": used.model} if used.model else {}),
        **({"reweighted": used.reweighted} if used.prior == "model" else {}),
        **used.parameters,
        "stop_rule": done.rule and done.rule.quantity,
        "warnings": list(solved.loaded.warnings),
    }
    span = _span([frame.iterations for frame in solved.frames])
    late = sum(not frame.converged for frame in solved.frames)
    unconverged = f"{late} of {frames} frames " if frames > 1 else ""
    if solved.scores is None:
        return FileDescription(read, rows, fields, iterations=span, unconverged=unconverged)
    result, start = solved.scores
    score_rows = (
        ("PSNR", f"{result.psnr:.2f} dB (zero-filled {start.psnr:.2f} dB)"),
        ("SSIM", f"{result.ssim:.4f} (zero-filled {start.ssim:.4f}; 7x7)"),
        ("NRMSE", f"{result.nrmse:.4f} (zero-filled {start.nrmse:.4f})"),
    )
    before = {f"{name}_zero_filled": value for name, value in start._asdict().items()}
    return FileDescription(read, rows, fields, score_rows, result._asdict() | before, span, unconverged)


def study_rows(loaded: LoadedKSpace) -> tuple[str, str, str]:
    """Return in words how the axes of k-space were read, how it was sampled, and what the image is."""
    measured, study = loaded.measured, loaded.study
    shares = study.masks.mean((1, 2))
    share = f"{shares.min():.1%}" if np.ptp(shares) < 5e-4 else f"{shares.min():.1%} to {shares.max():.1%}"
    maps = study.maps if isinstance(study.maps, str) else "given"
    coils = "one coil" if study.maps is None else f"{study.samples.shape[1]} coils, maps {maps}"
    where = f"{study.fft.replace('centered', 'centred')} FFT"
    if measured.details.trajectory is not None:
        where = "readouts on no grid"
    return (
        f"{measured.layout}: {measured.axes}",
        f"{share} of k-space, {where}, {coils}",
        f"{study.image}, k-space scaled by {study.scale / measured.unit:.4g}",
    )


def study_fields(loaded: LoadedKSpace) -> dict[str, Any]:
    """Return the same as fields of a line of JSON."""
    measured, study = loaded.measured, loaded.study
    return {
        "layout": measured.layout,
        "axes": measured.axes,
        "frames": len(study),
        "coils": study.samples.shape[1],
        "sampled": float(study.masks.mean()),
        "fft": study.fft,
        "image": study.image,
        "scale": study.scale / measured.unit,
    }


def _folded(sets: Sequence[int]) -> str:
    """Return in words what was done where the object is folded at the borders of the field of view."""
    of = "" if min(sets) > 1 else f" for {sum(count > 1 for count in sets)} of {len(sets)} frames"
    return f"two sets{of}, as the field of view is too small; the image is their root sum of squares"


def _span(counts: Sequence[int]) -> str:
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low} to {high}"
