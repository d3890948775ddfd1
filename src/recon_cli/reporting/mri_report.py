"""The closing report of a reconstruction, on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .compiled_loops import compiled_loops_row
from .report import REWEIGHTED, print_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..files.kspace.samples import KSpace
    from ..workflows.mri.measurement import Frame
    from ..workflows.mri.methods.method import MriMethod
    from ..workflows.mri.study import Study
    from .mri_scores import Scores


def print_mri_report(
    source: Path,
    place: Path,
    measured: KSpace,
    study: Study,
    method: MriMethod,
    frames: Sequence[Frame],
    scores: tuple[Scores, Scores] | None,
) -> None:
    """Say how the file was read and what was done, with which certificate, and how good it is.

    Args:
        source: the file of k-space.
        place: the result.
        measured: what was read.
        study: what was made of it.
        method: what reconstructed.
        frames: the results.
        scores: of the results and of the zero-filled images, where there is a reference.
    """
    options = study.options
    values = {k: v for k, v in frames[0].parameters.as_json().items() if k != "tol"}
    words = [*filter(None, [method.model]), *(f"{name} {value:.4g}" for name, value in values.items())]
    shares = study.masks.mean((1, 2))
    share = f"{shares.min():.1%}" if np.ptp(shares) < 5e-4 else f"{shares.min():.1%} to {shares.max():.1%}"
    maps = study.maps if isinstance(study.maps, str) else "given"
    coils = "one coil" if study.maps is None else f"{study.samples.shape[1]} coils, maps {maps}"
    counts = [frame.result.iterations for frame in frames]
    stopped = sum(not frame.result.converged for frame in frames)
    gaps = [frame.result.gap for frame in frames if frame.result.gap is not None]
    objectives = [frame.result.objective for frame in frames if frame.result.objective is not None]
    rows = [
        ("input", f"{source} ({measured.layout}: {measured.axes})"),
        ("sampling", f"{share} of k-space, {options.fft.replace('centered', 'centred')} FFT, {coils}"),
        ("output", f"{place} ({len(frames)} frame{'s' if len(frames) > 1 else ''})"),
        ("image", f"{options.image}, k-space scaled by {study.scale:.4g}, undone in the result"),
        method.row(options),
    ]
    if words:
        rows.append(("model" if method.model else "parameters", ", ".join(words)))
    if max(counts):
        ending = method.ending(options, frames[0].parameters)
        if stopped:
            ending = f", {stopped} frames NOT CONVERGED"
        rows.append(("iterations", f"{_span(counts)}{ending}"))
    if objectives:
        rows.append(("objective", f"{sum(objectives):.8g}"))
    if gaps:
        held = REWEIGHTED if method.reweighted(options) else ""
        said = f"J is at most this far above its minimum, relative{held}{method.remark}"
        rows.append(("certified gap", f"{max(gaps):.2e} ({said})"))
    rows += [
        ("time", f"{sum(frame.seconds for frame in frames):.2f} s on {frames[0].device}"),
        *compiled_loops_row(method, frames[0].device),
    ]
    if scores:
        result, start = scores
        rows += [
            ("PSNR", f"{result.psnr:.2f} dB (zero-filled {start.psnr:.2f} dB)"),
            ("SSIM", f"{result.ssim:.4f} (zero-filled {start.ssim:.4f}; 7x7)"),
            ("NRMSE", f"{result.nrmse:.4f} (zero-filled {start.nrmse:.4f})"),
        ]
    print_rows(rows)


def _span(counts: Sequence[int]) -> str:
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low} to {high}"
