"""`recon denoise`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from .options import (
    Algorithm,
    Beta,
    Border,
    Config,
    Device,
    JsonLines,
    Lam,
    MaxIter,
    Mode,
    Overwrite,
    Params,
    Quiet,
    Recursive,
    SkipExisting,
    Steps,
    Verbose,
    Weight,
)


def denoise(
    context: typer.Context,
    images: Annotated[
        list[str],
        typer.Argument(help="PNG, TIFF, JPEG, npy or npz files, patterns, folders, or - for a pipe."),
    ],
    sigma: Annotated[
        str | None,
        typer.Option(
            help="Noise level in 8-bit units, 25 means 25/255, or one for each channel as 8,4,24; auto "
            "estimates one a channel, planes one a plane."
        ),
    ] = None,
    noise: Annotated[
        Literal["gaussian", "poisson"],
        typer.Option(help="Gaussian of level --sigma, or that of counted light with --gain."),
    ] = "gaussian",
    gain: Annotated[float | None, typer.Option(help="Counts an electron or photon, for poisson.")] = None,
    read_noise: Annotated[
        float, typer.Option(help="Standard deviation of the detector's own noise in counts, for poisson.")
    ] = 0.0,
    offset: Annotated[float, typer.Option(help="Counts without light, for poisson.")] = 0.0,
    color: Annotated[
        Literal["joint", "channels"],
        typer.Option(help="Denoise red, green and blue together, or each on its own."),
    ] = "joint",
    memory: Annotated[
        str | None,
        typer.Option(
            help="Limit of the solver and its copies of planes, as 2GiB, besides program, image and result; "
            "larger images go in tiles; default half of what is free, at most 2GiB."
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            help="File, folder (made if it ends in a slash), or -; default <name>_denoised beside the image.",
        ),
    ] = None,
    recursive: Recursive = False,
    overwrite: Overwrite = False,
    skip_existing: SkipExisting = False,
    value_range: Annotated[
        str | None,
        typer.Option(
            "--range",
            help="LO,HI: the data's values for black and white, to which results are cut; default the type's "
            "own, or where the data use less than a quarter of it their own.",
        ),
    ] = None,
    sigma_units: Annotated[
        Literal["8bit", "data"], typer.Option(help="Whether sigma is of 255, or in units of the data.")
    ] = "8bit",
    nodata: Annotated[
        float | None,
        typer.Option(help="Value of pixels without data, in place of that which the file names."),
    ] = None,
    mask: Annotated[
        Path | None, typer.Option(help="Image that is black where there are no data; elsewhere there are.")
    ] = None,
    holes: Annotated[
        Literal["fill", "keep"],
        typer.Option(help="Whether pixels without data get what the model makes of those around them."),
    ] = "fill",
    dtype: Annotated[
        Literal["uint8", "uint16", "float32"] | None,
        typer.Option(help="Type of results, float32 in the units of the data; default the input's."),
    ] = None,
    to_format: Annotated[
        Literal["png", "tiff", "npy", "jpeg"] | None,
        typer.Option("--format", help="Format of standard output; default the input's."),
    ] = None,
    method: Annotated[
        Literal["model", "crr", "tv", "nlm", "wavelet"],
        typer.Option(
            help="The learned model, or to compare a learned convex ridge regulariser, total variation, "
            "non-local means or wavelet shrinkage."
        ),
    ] = "model",
    mode: Mode = "settled",
    solver: Algorithm = "admm",
    inner: Annotated[
        Literal["exact", "fista"],
        typer.Option(help="Inner solvers of the other modes; fista is the paper's, looser and slower."),
    ] = "exact",
    steps: Steps = 2,
    border: Border = "extend",
    model: Annotated[
        str | None,
        typer.Option(
            help="Bundled name or file of a dictionary, for crr of a ridge regulariser; default what does "
            "best at the noise level."
        ),
    ] = None,
    params: Params = None,
    beta: Beta = None,
    lam: Lam = None,
    weight: Weight = None,
    tol: Annotated[
        float | None,
        typer.Option(
            help="Stop rule; default 0.1 grey levels of 255 from the minimum (settled), below sigma 7 less, "
            "a certified gap of 1e-3 (full, tv) or 1e-4 (crr), a relative change of J of 1e-8 (ipalm), the "
            "model's (early-stop)."
        ),
    ] = None,
    max_iter: MaxIter = 10_000,
    device: Device = "auto",
    reference: Annotated[
        Path | None,
        typer.Option(
            help="Clean image, for PSNR and SSIM in the report; for several images a folder of them."
        ),
    ] = None,
    figure: Annotated[
        str | None,
        typer.Option(
            help="Noisy image, result and residual: png, pdf or svg; for several images a suffix, as .pdf."
        ),
    ] = None,
    config: Config = None,
    json: JsonLines = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Denoise images and stacks; the result has the type, axes and metadata of the input.

    Examples:
      recon denoise in.png --sigma 25
      recon denoise 'scans/**/*.tif' --sigma 25 -o cleaned/ --skip-existing
      recon denoise counts.npy --range 0,4095 --sigma 80 --sigma-units data --model sigma5-mean-free
      recon denoise photo.jpg --sigma auto --figure photo.pdf
      recon denoise photo.jpg --sigma 8,4,24
      recon denoise in.png --sigma 25 --method nlm -o compared.png
      recon denoise map.tif --sigma auto --nodata -9999 --mask valid.png
      recon denoise cells.tif --noise poisson --gain 2.1 --offset 100
      cat in.png | recon denoise - --sigma 25 --format tiff > out.tif
    """
    from ..files.images.holes import HoleFinder
    from ..files.images.write import SUFFIXES, natural_suffix
    from ..files.parameters import named_model
    from ..solver import Solver
    from ..workflows.denoising.files import FileDenoiser
    from ..workflows.memory import parse_memory
    from ..workflows.pipeline import run_pipeline
    from .batch import Batch
    from .denoise_noise import choose_noise
    from .file_tasks import FileKind, make_folders, plan_tasks
    from .picture_options import draw_picture, parse_range
    from .strengths import Strengths

    batch = Batch.from_options(
        context,
        run_pipeline,
        overwrite=overwrite,
        skip_existing=skip_existing,
        json=json,
        quiet=quiet,
        verbose=verbose,
    )
    known = choose_noise(noise, sigma, sigma_units, gain, read_noise, offset)
    read = (config, params, mask, model or (named_model(params) if params else None))
    given = Strengths(method, model, {"beta": beta, "lam": lam, "weight": weight}, tol)
    given = given.filled(params, "denoise", mode, known.level)
    denoiser = FileDenoiser(
        given.prior("denoise", border),
        Solver(mode, given.tol, max_iter, device, solver, inner, steps),
        known,
        color,
        None if memory is None else parse_memory(memory),
        parse_range(value_range),
        dtype,
        to_format,
        overwrite,
        any(given.given.values()),
        HoleFinder(nodata, mask),
        holes == "keep",
    )
    tasks = plan_tasks(
        images,
        FileKind(SUFFIXES, "_denoised", natural_suffix),
        output,
        recursive=recursive,
        reference=reference,
        figure=figure,
        others=read,
    )
    denoiser.check()
    make_folders(tasks, output)
    batch.go(denoiser, tasks, draw_picture)
