"""What `recon simulate` has for all kinds of data, and k-space, also of the older `recon mri --simulate`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .options import Json, Overwrite, Quiet

if TYPE_CHECKING:
    from ..engine.operators.fourier import Origin
    from .kspace_options import KSpaceOptions


@dataclass(frozen=True, eq=False, repr=False)
class ResultOptions:
    """Options by the names that they have on the command line."""

    seed: Annotated[int, typer.Option(min=0, help="Seed of all random numbers.")] = 0
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", help="File of the result; default a new name beside the image."),
    ] = None
    overwrite: Overwrite = False
    json: Json = False
    quiet: Quiet = False


def tell(
    options: "ResultOptions | KSpaceOptions", image: Path, target: Path, words: str, fields: dict[str, Any]
) -> None:
    """Say what was made of an image, in words and as a line of JSON, as far as that is asked for."""
    from ..files.streams import write_stdout
    from ..reporting.json_line import json_line
    from ..reporting.progress import say

    if not options.quiet:
        say(f"{target}: {words}")
    if options.json:
        named = {"input": str(image), "output": str(target), **fields, "seed": options.seed}
        write_stdout(f"{json_line(named)}\n".encode())


def simulate_kspace(
    image: Path,
    mask: str,
    ratio: float,
    noise: float,
    fft: "Origin",
    options: "ResultOptions | KSpaceOptions",
    coils: int = 1,
    config: Path | None = None,
) -> None:
    """Write k-space of a picture, a slice for each plane, with exact zeros where it is not sampled."""
    from ..files.images import read_luma
    from ..files.kspace.write import check_kspace_suffix, write_kspace
    from ..files.outputs import check_outputs
    from ..workflows.mri.simulate import birdcage, simulate
    from .undersampling import mask_to_simulate

    target = Path(options.output) if options.output else image.with_name(f"{image.stem}_kspace.npy")
    check_outputs([target], (image, mask, config), options.overwrite)
    check_kspace_suffix(target)
    planes = read_luma(image)
    count, height, width = planes.shape
    sampled = mask_to_simulate(mask, ratio, options.seed, height, width, fft != "uncentered")
    seen = planes[:, None] * (birdcage(coils, (height, width)) if coils > 1 else 1)
    write_kspace(target, simulate(seen, sampled, noise, fft=fft, seed=options.seed))
    fields = {
        "frames": count,
        "coils": coils,
        "height": height,
        "width": width,
        "sampled": float(sampled.mean()),
        "fft": fft,
        "noise": noise,
    }
    slices = f"{count} slices of " if count > 1 else ""
    size = f"{slices}{height} x {width}" + (f", {coils} coils" if coils > 1 else "")
    words = f"{size}, {sampled.mean():.1%} sampled, noise {noise:g}/255"
    tell(options, image, target, words, fields)
