"""`recon benchmark figure`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..options import Config, Device, Quiet
from .options import Models, Overwrite


def figure(
    image: Annotated[Path, typer.Argument(help="Clean image.")],
    sigma: Annotated[float, typer.Option(help="Noise level that is added, in 8-bit units.")] = 25.0,
    methods: Annotated[
        str, typer.Option(help="Of model:full, model:early-stop, model:unrolled, tv, nlm, wavelet.")
    ] = "tv,nlm,model:unrolled,model:full",
    model: Models = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="Figure: pdf, svg or png.")] = Path(
        "figure.pdf"
    ),
    device: Device = "auto",
    config: Config = None,
    quiet: Quiet = False,
    overwrite: Overwrite = False,
) -> None:
    """Draw denoised images side by side, with their differences from the truth (the paper's figure 2).

    Example:
      recon benchmark figure examples/camera.png --sigma 25 --methods tv,nlm,model:full -o figure.pdf
    """
    from ...files.figures import check_figure_suffix, write_figure
    from ...files.named import read_named
    from ...files.outputs import choose_output
    from ...reporting.comparison_figure import Panel, comparison_figure
    from ...reporting.progress import say
    from ...workflows.benchmark.denoising import OTHERS, add_noise, denoising_contestant
    from ...workflows.benchmark.entries import parse_entries
    from ...workflows.denoising.denoise import DenoiseOptions

    check_figure_suffix(output)
    choose_output(image, output, "", overwrite)
    contestants = [
        denoising_contestant(entry, sigma, DenoiseOptions(entry.mode, device=device))
        for entry in parse_entries(methods, OTHERS, model or [])
    ]
    clean = read_named([str(image)], 10)[0].pixels
    noisy = add_noise(clean, sigma, 1)
    panels = [Panel("noisy", noisy)]
    for contestant in contestants:
        panels.append(Panel(contestant.name, contestant.reconstruct(noisy, clean).image))
        if not quiet:
            say(f"{contestant.name}: done")
    write_figure(output, comparison_figure(clean, panels))
