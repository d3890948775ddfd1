"""`recon benchmark mri`."""

from typing import Annotated

import typer

from ..options import Ratio
from ..shared_options import with_options
from .compared import RECONSTRUCTIONS, ScanOptions, reconstructions
from .options import AddedNoise, Data, Fft, MaskSeed, TuneEach
from .table import TableOptions


@with_options(TableOptions)
def mri(
    data: Data,
    mask: Annotated[str, typer.Option(help="radial, cartesian, random, or a file.")] = "radial",
    ratio: Ratio = 0.3,
    seed: MaskSeed = 0,
    fft: Fft = "centered",
    sigma: AddedNoise = 10.0,
    coils: Annotated[
        int,
        typer.Option(min=1, help="Number of simulated coils, whose maps are known; 1 sees all alike."),
    ] = 1,
    methods: Annotated[
        str,
        typer.Option("--method", "--methods", help=RECONSTRUCTIONS),
    ] = "zero-filling, tv, crr, model:full",
    tune_each: TuneEach = False,
    *,
    options: TableOptions,
) -> None:
    """Compare reconstructions of simulated k-space: PSNR, SSIM, time, iterations, certified gap.

    Examples:
      recon benchmark mri --data brain.jpg --mask radial -o table.md
      recon benchmark mri --data brain.jpg --mask cartesian --coils 8 --method wavelet,model -o table.md
      recon benchmark mri --data brain.jpg --mask mask.npy --fft uncentered --tune-each -o table.tex
    """
    from ...files.named import read_named
    from ...workflows.tune.log import fingerprint

    log = options.check_places(data, mask)
    scan = ScanOptions(mask, ratio, seed, fft, sigma, coils)
    images = read_named(data, 10)
    compared, simulations = reconstructions(
        methods, options.model, images, scan, options.draws, tune_each, options.device
    )
    masks = [simulation.mask for simulation in simulations[: len(images)]]
    share = sum(float(m.mean()) for m in masks) / len(masks)
    words = f"mask {mask} ({share:.1%}), noise {sigma:g}" + (f", {coils} coils" if coils > 1 else "")
    settings = {"task": "mri", **scan._asdict(), "masks": fingerprint({}, masks)}
    options.make(compared, simulations, settings, words, log)
