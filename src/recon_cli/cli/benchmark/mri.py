"""`recon benchmark mri`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ..options import Config, Device, Json, Quiet, Ratio
from .options import Data, Draws, Log, Models, Outputs, Overwrite, Resume
from .table import choose_places, make_table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def mri(
    data: Data,
    mask: Annotated[str, typer.Option(help="radial, cartesian, random, or a file.")] = "radial",
    ratio: Ratio = 0.3,
    seed: Annotated[int, typer.Option(min=0, help="Of a generated mask.")] = 0,
    fft: Annotated[
        Literal["centered", "uncentered"], typer.Option(help="Where a mask file has its low frequencies.")
    ] = "centered",
    noise: Annotated[float, typer.Option(min=0, help="Of k-space, in 8-bit units.")] = 10.0,
    methods: Annotated[
        str,
        typer.Option(help="Of zero-filling, tv, model:full, model:early-stop, model:unrolled."),
    ] = "zero-filling,tv,model:full",
    model: Models = None,
    tune: Annotated[
        bool,
        typer.Option("--tune", help="Tune each method for each image by grid search, as the paper does."),
    ] = False,
    draws: Draws = 1,
    output: Outputs = None,
    log: Log = None,
    resume: Resume = False,
    device: Device = "auto",
    config: Config = None,
    json: Json = False,
    quiet: Quiet = False,
    overwrite: Overwrite = False,
) -> None:
    """Compare reconstructions of simulated k-space: PSNR, SSIM, time, iterations, certified gap.

    Examples:
      recon benchmark mri --data brain.jpg --mask radial -o table.md
      recon benchmark mri --data brain.jpg --mask mask.npy --fft uncentered --tune -o table.tex
    """
    from ...files.named import read_named
    from ...workflows.benchmark.entries import parse_entries
    from ...workflows.benchmark.kspace import OTHERS, kspace_cases_of, kspace_contestant
    from ...workflows.mri.reconstruct import MriOptions

    centred = fft == "centered"
    places = choose_places(output or [], log, resume, overwrite)
    entries = parse_entries(methods, OTHERS, model or [])
    images = read_named(data, 10)
    masks = {image.pixels.shape: _mask(mask, *image.pixels.shape, ratio, seed, centred) for image in images}
    options = MriOptions(device=device, centred=centred)
    contestants = [
        kspace_contestant(entry, options, lambda samples: masks[samples.shape], tune) for entry in entries
    ]
    cases = kspace_cases_of(images, [masks[i.pixels.shape] for i in images], noise, draws, centred)
    settings = {"task": "mri", "mask": mask, "ratio": ratio, "seed": seed, "fft": fft, "noise": noise}
    share = sum(float(m.mean()) for m in masks.values()) / len(masks)
    title = f"{len(images)} images, mask {mask} ({share:.1%}), noise {noise:g}, {draws} draws of noise"
    make_table(contestants, cases, settings, title, places, resume, json, quiet)


def _mask(mask: str, height: int, width: int, ratio: float, seed: int, centred: bool) -> NDArray[np.bool_]:
    import numpy as np

    from ...files.masks import fit_mask, read_mask
    from ...workflows.mri.masks import as_pattern, generate_mask

    pattern = as_pattern(mask)
    if pattern is None:
        return fit_mask(read_mask(Path(mask)), height, width, mask)
    made = generate_mask(pattern, height, width, ratio, seed)
    return made if centred else np.fft.ifftshift(made)
