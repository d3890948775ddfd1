"""`recon benchmark denoise`."""

from typing import Annotated, Literal

import typer

from ..options import Config, Device, Json, Quiet, Scheduler
from .compared import DENOISERS, denoisers
from .options import Data, Draws, Log, Models, Outputs, Overwrite, Resume, Sigma
from .table import choose_places, make_table


def denoise(
    data: Data,
    sigma: Sigma = 25.0,
    methods: Annotated[
        str, typer.Option("--method", "--methods", help=DENOISERS)
    ] = "model:settled, model:early-stop, model:unrolled, crr, tv, nlm, wavelet",
    model: Models = None,
    border: Annotated[
        Literal["extend", "paper"], typer.Option(help="Of the model, see recon denoise.")
    ] = "extend",
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
    """Compare denoisers on images with added noise: PSNR, SSIM, time, iterations, certified gap.

    Examples:
      recon benchmark denoise --data set12 --sigma 25 -o table.md -o table.tex
      recon benchmark denoise --data set12 --sigma 5 --methods model:full,tv --draws 5 -o table.csv
    """
    from ...files.named import read_named
    from ...workflows.benchmark.simulations import noisy_simulations

    places = choose_places(output or [], log, data, (config, *(model or ())), resume, overwrite)
    compared = denoisers(methods, model, sigma, border, device)
    images = read_named(data, 10)
    simulations = noisy_simulations(images, sigma, draws)
    settings = {"task": "denoise", "sigma": sigma}
    words = f"sigma {sigma:g}, border {border}"
    make_table(compared, simulations, settings, words, places, resume, scheduler, json, quiet)
