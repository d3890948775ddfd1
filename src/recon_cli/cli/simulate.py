"""`recon simulate mri`, and `recon mri --simulate`, which is its older name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..engine.operators.fourier import Origin


def simulate_kspace(
    image: Path,
    place: str | None,
    mask: str,
    ratio: float,
    seed: int,
    noise: float,
    fft: Origin,
    coils: int,
    config: Path | None,
    overwrite: bool,
    json: bool,
    quiet: bool,
) -> None:
    """Write k-space of a picture, a slice for each plane, with exact zeros where it is not sampled."""
    from ..files.images import read_luma
    from ..files.kspace.write import check_kspace_suffix, write_kspace
    from ..files.outputs import check_outputs
    from ..files.streams import write_stdout
    from ..reporting.json_line import json_line
    from ..reporting.progress import say
    from ..workflows.mri.birdcage import birdcage
    from ..workflows.mri.simulate import simulate
    from .undersampling import mask_to_simulate

    target = Path(place) if place else image.with_name(f"{image.stem}_kspace.npy")
    check_outputs([target], (image, mask, config), overwrite)
    check_kspace_suffix(target)
    planes = read_luma(image)
    count, height, width = planes.shape
    sampled = mask_to_simulate(mask, ratio, seed, height, width, fft != "uncentered")
    seen = planes[:, None] * (birdcage(coils, (height, width)) if coils > 1 else 1)
    write_kspace(target, simulate(seen, sampled, noise, fft=fft, seed=seed))
    if not quiet:
        slices = f"{count} slices of " if count > 1 else ""
        size = f"{slices}{height} x {width}" + (f", {coils} coils" if coils > 1 else "")
        say(f"{target}: {size}, {sampled.mean():.1%} sampled, noise {noise:g}/255")
    if json:
        fields = {
            "input": str(image),
            "output": str(target),
            "frames": count,
            "coils": coils,
            "height": height,
            "width": width,
            "sampled": float(sampled.mean()),
            "fft": fft,
            "noise": noise,
            "seed": seed,
        }
        write_stdout(f"{json_line(fields)}\n".encode())
