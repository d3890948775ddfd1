"""`recon benchmark figure`."""

from pathlib import Path
from typing import Annotated

import typer

from ..options import Config, Device, Quiet, Ratio
from .compared import ScanOptions, denoisers, reconstructions
from .options import Fft, Figure, Image, MaskSeed, Models, Overwrite, TuneEach

_DENOISERS = "tv,nlm,model:unrolled,model:full"
_RECONSTRUCTIONS = "zero-filling,tv,model:full"


def figure(
    image: Image,
    sigma: Annotated[
        float | None,
        typer.Option(
            min=0, help="Level of the added noise, in 8-bit grey levels; default 25, or for MRI 10."
        ),
    ] = None,
    mask: Annotated[
        str | None,
        typer.Option(help="For MRI in place of denoising: radial, cartesian, random, or a file."),
    ] = None,
    ratio: Ratio = 0.3,
    seed: MaskSeed = 0,
    fft: Fft = "centered",
    tune_each: TuneEach = False,
    methods: Annotated[
        str | None,
        typer.Option(
            "--method",
            "--methods",
            help="Methods with commas between them, as of the tables; default "
            "tv,nlm,model:unrolled,model:full, or for MRI zero-filling,tv,model:full.",
        ),
    ] = None,
    model: Models = None,
    output: Figure = Path("figure.pdf"),
    device: Device = "auto",
    config: Config = None,
    quiet: Quiet = False,
    overwrite: Overwrite = False,
) -> None:
    """Draw results side by side with their differences from the truth (as the paper's figure 2).

    Examples:
      recon benchmark figure examples/camera.png --sigma 25 --methods tv,nlm,model:full -o figure.pdf
      recon benchmark figure brain.jpg --mask radial --tune-each -o figure.pdf
    """
    import numpy as np

    from ...files.figures import check_figure_suffix, write_figure
    from ...files.named import read_named
    from ...files.outputs import check_outputs
    from ...quality.metrics import psnr
    from ...reporting.progress import say
    from ...workflows.benchmark.simulations import Simulation, noisy_simulations

    check_figure_suffix(output)
    from ...reporting.comparison_figure import Panel, comparison_figure

    check_outputs([output], (image, mask, config, *(model or ())), overwrite)
    images = read_named([str(image)], 10)[:1]
    level = (25.0 if mask is None else 10.0) if sigma is None else sigma
    if mask is None:
        compared = denoisers(_DENOISERS if methods is None else methods, model, level, device)
        simulation: Simulation = noisy_simulations(images, level, 1)[0]
    else:
        scan = ScanOptions(mask, ratio, seed, fft, level)
        compared, (simulation,) = reconstructions(
            _RECONSTRUCTIONS if methods is None else methods, model, images, scan, 1, tune_each, device
        )
    clean = images[0].pixels
    panels = [] if mask else [Panel("noisy", simulation.measure().data[0].numpy())]
    for method in compared:
        restored = np.asarray(method.reconstruct(simulation).image)[0]
        panels.append(Panel(method.name, restored))
        if not quiet:
            say(f"{method.name}: {psnr(restored, clean):.2f} dB")
    write_figure(output, comparison_figure(clean, panels))
