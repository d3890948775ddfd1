"""`recon denoise`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from .options import Beta, Device, Lam, MaxIter, Mode, Params, Sigma, Solver, Steps


def denoise(
    image: Annotated[Path, typer.Argument(help="Grey image: 8- or 16-bit PNG or TIFF, or float npy.")],
    sigma: Sigma,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Result; default <name>_denoised beside the image.")
    ] = None,
    mode: Mode = "full",
    solver: Solver = "admm",
    inner: Annotated[
        Literal["exact", "fista"],
        typer.Option(help="Inner solvers of the other modes; fista is the paper's, looser and slower."),
    ] = "exact",
    steps: Steps = 2,
    border: Annotated[
        Literal["extend", "paper"],
        typer.Option(help="Solve on a larger domain so that the border is treated like the middle, or not."),
    ] = "extend",
    model: Annotated[
        str | None, typer.Option(help="Bundled name or dictionary file; default by sigma, mean-free.")
    ] = None,
    params: Params = None,
    beta: Beta = None,
    lam: Lam = None,
    tol: Annotated[
        float | None,
        typer.Option(help="Stop rule; default a certified gap of 1e-3 (full), the model's (early-stop)."),
    ] = None,
    max_iter: MaxIter = 10_000,
    device: Device = "auto",
    reference: Annotated[
        Path | None, typer.Option(help="Clean image, for PSNR and SSIM in the report.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an existing result.")] = False,
) -> None:
    """Denoise a grey image.

    Example: recon denoise in.png --sigma 25
    """
    from ..errors import ReconError
    from ..files.images import Image, check_suffix, read_image, write_image
    from ..files.outputs import choose_output
    from ..files.parameters import read_parameters
    from ..models.registry import find_dictionary
    from ..models.tuned import Tuned
    from ..reporting.progress import solver_progress
    from ..reporting.report import print_denoising_report
    from ..workflows.denoise import DenoiseOptions, choose_parameters
    from ..workflows.denoise import denoise as solve

    options = DenoiseOptions(mode, solver, inner, steps, beta, lam, tol, max_iter, device, border)
    place = choose_output(image, output, "_denoised", overwrite)
    check_suffix(place)
    if params:
        found = read_parameters(params, "denoise", mode, model, sigma)
        model = found.model
        options = options.filled(Tuned(found.beta, found.lam, found.tol))
    dictionary = find_dictionary(model, sigma, mode)
    parameters = choose_parameters(dictionary, sigma, options)
    noisy = read_image(image)
    clean = read_image(reference) if reference else None
    if clean is not None and clean.pixels.shape != noisy.pixels.shape:
        raise ReconError(f"{reference} has shape {clean.pixels.shape}, the image has {noisy.pixels.shape}")
    with solver_progress(options, parameters.tol) as callback:
        denoised = solve(noisy.pixels[None], dictionary, sigma, options, callback)
    result = Image(denoised.images[0], noisy.dtype)
    write_image(place, result)
    print_denoising_report(image, place, noisy, clean, sigma, dictionary.name, options, denoised)
