"""`recon denoise`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from .options import Algorithm, Beta, Config, Device, Lam, MaxIter, Mode, Params, Quiet, Steps, Weight


def denoise(
    context: typer.Context,
    images: Annotated[
        list[str],
        typer.Argument(help="PNG, TIFF, JPEG, npy or npz files, patterns, folders, or - for a pipe."),
    ],
    sigma: Annotated[
        str | None,
        typer.Option(
            help="Noise level in 8-bit units, 25 means 25/255; auto estimates one a file, planes one a plane."
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
    recursive: Annotated[bool, typer.Option("--recursive", help="Search folders inside folders.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace existing results.")] = False,
    skip_existing: Annotated[
        bool, typer.Option("--skip-existing", help="Leave out images that have a result.")
    ] = False,
    value_range: Annotated[
        str | None,
        typer.Option("--range", help="LO,HI: the data's values for black and white; default the type's own."),
    ] = None,
    sigma_units: Annotated[
        Literal["8bit", "data"], typer.Option(help="Whether sigma is of 255, or in units of the data.")
    ] = "8bit",
    dtype: Annotated[
        Literal["uint8", "uint16", "float32"] | None,
        typer.Option(help="Type of results; default the input's."),
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
    mode: Mode = "full",
    solver: Algorithm = "admm",
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
            help="Stop rule; default a certified gap of 1e-3 (full, tv) or 1e-4 (crr), a relative change of "
            "J of 1e-8 (ipalm), the model's (early-stop)."
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
    json: Annotated[bool, typer.Option("--json", help="Print a line of JSON for each image.")] = False,
    quiet: Quiet = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Report on each of several images.")
    ] = False,
) -> None:
    """Denoise images and stacks; the result has the type, axes and metadata of the input.

    Examples:
      recon denoise in.png --sigma 25
      recon denoise 'scans/**/*.tif' --sigma 25 -o cleaned/ --skip-existing
      recon denoise counts.npy --range 0,4095 --sigma 80 --sigma-units data --model sigma5-mean-free
      recon denoise photo.jpg --sigma auto --figure photo.pdf
      recon denoise in.png --sigma 25 --method nlm -o compared.png
      recon denoise cells.tif --noise poisson --gain 2.1 --offset 100
      cat in.png | recon denoise - --sigma 25 --format tiff > out.tif
    """
    from ..files.parameters import named_model
    from ..solver import Solver
    from ..workflows.denoising.files import FileDenoiser
    from ..workflows.denoising.memory import parse_memory
    from .denoise_batch import denoise_batch
    from .denoise_inputs import choose_jobs, make_folders, parse_range
    from .denoise_noise import choose_noise
    from .methods import refuse_opposites
    from .strengths import Strengths

    refuse_opposites(quiet=quiet, verbose=verbose)
    refuse_opposites(overwrite=overwrite, skip_existing=skip_existing)
    known = choose_noise(noise, sigma, sigma_units, gain, read_noise, offset)
    read = (config, params, model or (named_model(params) if params else None))
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
    )
    jobs = choose_jobs(images, output, reference, recursive, to_format, figure, read)
    denoiser.check()
    make_folders(jobs, output)
    debug = bool(context.find_root().params.get("debug"))
    code = denoise_batch(denoiser, jobs, skip_existing, json, quiet, verbose, debug)
    if code:
        raise typer.Exit(code)
