"""`recon benchmark denoise`."""

from typing import Annotated, Literal

import typer

from ..shared_options import with_options
from .compared import DENOISERS, denoisers
from .options import Data, Sigma
from .table import TableOptions


@with_options(TableOptions)
def denoise(
    data: Data,
    sigma: Sigma = 25.0,
    methods: Annotated[
        str, typer.Option("--method", "--methods", help=DENOISERS)
    ] = "model:settled, model:early-stop, model:unrolled, crr, tv, nlm, wavelet",
    border: Annotated[
        Literal["extend", "paper"],
        typer.Option(help="How patches of the model meet the border, as of recon denoise."),
    ] = "extend",
    *,
    options: TableOptions,
) -> None:
    """Compare denoisers on images with added noise: PSNR, SSIM, time, iterations, certified gap.

    Examples:
      recon benchmark denoise --data set12 --sigma 25 -o table.md -o table.tex
      recon benchmark denoise --data set12 --sigma 5 --methods model:full,tv --draws 5 -o table.csv
    """
    from ...files.named import read_named
    from ...workflows.benchmark.simulations import noisy_simulations

    log = options.check_places(data)
    compared = denoisers(methods, options.model, sigma, options.device, border=border)
    simulations = noisy_simulations(read_named(data, 10), sigma, options.draws)
    settings = {"task": "denoise", "sigma": sigma}
    options.make(compared, simulations, settings, f"sigma {sigma:g}, border {border}", log)
