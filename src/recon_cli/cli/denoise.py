"""`recon denoise`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from .completions import bundled_names
from .data_options import (
    DataMask,
    Gain,
    HotPixels,
    Images,
    Memory,
    Nodata,
    NoiseKind,
    NoiseSpectrum,
    OfFormat,
    Offset,
    OfHoles,
    OfType,
    ReadNoise,
    Series,
    Sigma,
    SigmaUnits,
    ValueRange,
)
from .options import (
    Algorithm,
    Axes,
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
    Report,
    Scheduler,
    SkipExisting,
    Steps,
    Verbose,
    Weight,
)


def denoise(
    context: typer.Context,
    images: Images,
    sigma: Sigma = None,
    noise: NoiseKind = "gaussian",
    gain: Gain = None,
    read_noise: ReadNoise = None,
    offset: Offset = 0.0,
    noise_spectrum: NoiseSpectrum = None,
    color: Annotated[
        Literal["joint", "channels"],
        typer.Option(help="Denoise red, green and blue together, or each on its own."),
    ] = "joint",
    memory: Memory = None,
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
    value_range: ValueRange = None,
    axes: Axes = None,
    series: Series = None,
    sigma_units: SigmaUnits = "8bit",
    nodata: Nodata = None,
    mask: DataMask = None,
    hot_pixels: HotPixels = None,
    holes: OfHoles = "fill",
    dtype: OfType = None,
    to_format: OfFormat = None,
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
            "best at the noise level.",
            autocompletion=bundled_names,
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
    report: Report = None,
    scheduler: Scheduler = None,
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
      recon denoise stacked.tif --sigma error.tif --sigma-units data
      recon denoise phone.jpg --noise-spectrum auto
      recon denoise in.png --sigma 25 --method nlm -o compared.png
      recon denoise map.tif --sigma auto --nodata -9999 --mask valid.png
      recon denoise stars.tif --sigma auto --hot-pixels auto
      recon denoise cells.tif --noise poisson --gain 2.1 --offset 100
      recon denoise cells.tif --noise poisson --gain auto --offset 100
      recon denoise slide.tif --sigma auto --series 0
      cat in.png | recon denoise - --sigma 25 --format tiff > out.tif
    """
    from ..files.images import SUFFIXES
    from ..files.images.holes import HoleFinder
    from ..files.images.write import natural_suffix
    from ..files.parameters import named_model
    from ..solver import Solver
    from ..workflows.denoising.files import FileDenoiser
    from ..workflows.memory import parse_memory
    from .batch import Batch
    from .denoise_noise import choose_noise, map_of
    from .file_tasks import FileKind, make_folders, plan_tasks
    from .pages import Pages
    from .picture_options import parse_range
    from .repeat import command_of
    from .shown import draw_picture, view_picture
    from .strengths import Strengths

    batch = Batch.from_options(
        context,
        scheduler=scheduler,
        overwrite=overwrite,
        skip_existing=skip_existing,
        json=json,
        quiet=quiet,
        verbose=verbose,
    )
    known = choose_noise(noise, sigma, sigma_units, gain, read_noise, offset, noise_spectrum)
    broken = Path(hot_pixels) if hot_pixels and hot_pixels != "auto" else None
    maps = (mask, map_of(sigma), map_of(noise_spectrum), broken)
    read = (config, params, *maps, model or (named_model(params) if params else None))
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
        HoleFinder(nodata, mask, broken or ("auto" if hot_pixels else None)),
        holes == "keep",
        axes,
        series=series,
    )
    tasks = plan_tasks(
        images,
        FileKind(SUFFIXES, "_denoised", natural_suffix),
        output,
        recursive=recursive,
        reference=reference,
        figure=figure,
        report=report,
        others=read,
    )
    denoiser.check()
    make_folders(tasks, output)
    batch.go(denoiser, tasks, draw_picture, Pages(command_of(context), view_picture, report))
