"""The closing report of a reconstruction, on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .compiled_loops import compiled_loops_row
from .report import about, certificate, ending, print_rows, strengths

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..files.kspace.samples import KSpace
    from ..quality.scores import Scores
    from ..reconstruction import Reconstruction
    from ..workflows.mri.study import Study


def print_mri_report(
    source: Path,
    place: Path,
    measured: KSpace,
    study: Study,
    done: Reconstruction,
    counts: Sequence[int],
    scores: tuple[Scores, Scores] | None,
) -> None:
    """Say how the file was read and what was done, with which certificate, and how good it is.

    Args:
        source: the file of k-space.
        place: the result.
        measured: what was read.
        study: what was made of it.
        done: the frames, `(frames, height, width)`, and how they came about.
        counts: iterations of each frame.
        scores: of the results and of the zero-filled images, where there is a reference.
    """
    used = done.used[0]
    shares = study.masks.mean((1, 2))
    share = f"{shares.min():.1%}" if np.ptp(shares) < 5e-4 else f"{shares.min():.1%} to {shares.max():.1%}"
    maps = study.maps if isinstance(study.maps, str) else "given"
    coils = "one coil" if study.maps is None else f"{study.samples.shape[1]} coils, maps {maps}"
    rows = [
        ("input", f"{source} ({measured.layout}: {measured.axes})"),
        ("sampling", f"{share} of k-space, {study.fft.replace('centered', 'centred')} FFT, {coils}"),
        ("output", f"{place} ({len(counts)} frame{'s' if len(counts) > 1 else ''})"),
        ("image", f"{study.image}, k-space scaled by {study.scale:.4g}, undone in the result"),
        about(used),
    ]
    if used.strengths:
        rows.append(strengths(used))
    if max(counts):
        rows.append(("iterations", f"{_span(counts)}{ending(done)}"))
    rows += certificate(done)
    rows.append(("time", f"{done.seconds:.2f} s on {done.device}"))
    rows += compiled_loops_row(done)
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
