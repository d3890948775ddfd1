"""`recon benchmark mri`."""

from typing import Annotated

import typer

from ..options import Config, Device, Json, Quiet, Ratio, Scheduler
from .compared import RECONSTRUCTIONS, ScanOptions, reconstructions
from .options import Data, Draws, Fft, KSpaceNoise, Log, MaskSeed, Models, Outputs, Overwrite, Resume
from .table import choose_places, make_table


def mri(
    data: Data,
    mask: Annotated[str, typer.Option(help="radial, cartesian, random, or a file.")] = "radial",
    ratio: Ratio = 0.3,
    seed: MaskSeed = 0,
    fft: Fft = "centered",
    noise: KSpaceNoise = 10.0,
    coils: Annotated[
        int, typer.Option(min=1, help="Several stand around the image; their maps are known.")
    ] = 1,
    methods: Annotated[
        str,
        typer.Option("--method", "--methods", help=RECONSTRUCTIONS),
    ] = "zero-filling, tv, crr, model:full",
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
    scheduler: Scheduler = None,
    config: Config = None,
    json: Json = False,
    quiet: Quiet = False,
    overwrite: Overwrite = False,
) -> None:
    """Compare reconstructions of simulated k-space: PSNR, SSIM, time, iterations, certified gap.

    Examples:
      recon benchmark mri --data brain.jpg --mask radial -o table.md
      recon benchmark mri --data brain.jpg --mask cartesian --coils 8 --method wavelet,model -o table.md
      recon benchmark mri --data brain.jpg --mask mask.npy --fft uncentered --tune -o table.tex
    """
    from ...files.named import read_named
    from ...workflows.tune.log import fingerprint

    places = choose_places(output or [], log, data, (mask, config, *(model or ())), resume, overwrite)
    scan = ScanOptions(mask, ratio, seed, fft, noise, coils)
    images = read_named(data, 10)
    compared, simulations = reconstructions(methods, model, images, scan, draws, tune, device)
    masks = [simulation.mask for simulation in simulations[: len(images)]]
    share = sum(float(m.mean()) for m in masks) / len(masks)
    words = f"mask {mask} ({share:.1%}), noise {noise:g}" + (f", {coils} coils" if coils > 1 else "")
    settings = {"task": "mri", **scan._asdict(), "masks": fingerprint({}, masks)}
    make_table(compared, simulations, settings, words, places, resume, scheduler, json, quiet)
