"""What the commands share that reconstruct pictures of a camera: inpaint, deconvolve and upscale."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ..errors import ReconError
from .completions import bundled_names
from .data_options import Memory, Nodata, OfFormat, OfType, Series, SigmaUnits, ValueRange
from .options import (
    Beta,
    Config,
    Device,
    JsonLines,
    Lam,
    MaxIter,
    Overwrite,
    Params,
    Quiet,
    Recursive,
    Report,
    Scheduler,
    SkipExisting,
    Verbose,
    Weight,
)

if TYPE_CHECKING:
    from ..files.images.holes import HoleFinder
    from ..workflows.images.camera import Camera

Method = Annotated[
    Literal["model", "crr", "tv"],
    typer.Option(
        help="The learned model, or to compare a learned convex ridge regulariser or total variation."
    ),
]
MinimumMode = Annotated[
    Literal["settled", "full"],
    typer.Option(help="The minimum until the image has settled, or to a certified gap."),
]
AnyModel = Annotated[
    str | None,
    typer.Option(
        help="Bundled name or file of a dictionary, for crr of a ridge regulariser.",
        autocompletion=bundled_names,
    ),
]
MinimumTol = Annotated[
    float | None,
    typer.Option(help="Stop rule: grey levels of 255 from the minimum (settled), or a certified gap."),
]


@dataclass(frozen=True)
class PictureOptions:
    """Options by the names that they have on the command line."""

    memory: Memory = None
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            help="File, folder (made if it ends in a slash), or -; default a new name beside the image.",
        ),
    ] = None
    recursive: Recursive = False
    overwrite: Overwrite = False
    skip_existing: SkipExisting = False
    value_range: ValueRange = None
    sigma_units: SigmaUnits = "8bit"
    nodata: Nodata = None
    series: Series = None
    color: Annotated[
        Literal["joint", "channels"],
        typer.Option(help="Reconstruct red, green and blue together, or each on its own."),
    ] = "joint"
    dtype: OfType = None
    to_format: OfFormat = None
    method: Method = "model"
    mode: MinimumMode = "settled"
    model: AnyModel = None
    params: Params = None
    beta: Beta = None
    lam: Lam = None
    weight: Weight = None
    tol: MinimumTol = None
    max_iter: MaxIter = 10_000
    device: Device = "auto"
    reference: Annotated[
        Path | None,
        typer.Option(
            help="True image, for PSNR and SSIM in the report; for several images a folder of them."
        ),
    ] = None
    figure: Annotated[
        str | None,
        typer.Option(
            help="Picture, result and difference: png, pdf or svg; for several images a suffix, as .pdf."
        ),
    ] = None
    report: Report = None
    scheduler: Scheduler = None
    config: Config = None
    json: JsonLines = False
    quiet: Quiet = False
    verbose: Verbose = False


def reconstruct_pictures(
    context: typer.Context,
    images: list[str],
    ending: str,
    camera: "Camera",
    sigma: str,
    options: PictureOptions,
    finder: "HoleFinder",
    others: tuple[Path | str | None, ...] = (),
) -> None:
    """Reconstruct pictures of a camera from files, and report on each.

    Args:
        context: of the command.
        images: files, patterns, folders or `-`.
        ending: of the names of results.
        camera: what it made of the images.
        sigma: noise level, see `choose_noise`.
        options: the shared ones.
        finder: of the pixels without data.
        others: further files that are read; words that name none do no harm.

    Raises:
        ReconError: when an option is out of range, or files do not go together.
    """
    from ..files.images import SUFFIXES
    from ..files.images.write import natural_suffix
    from ..solver import Solver
    from ..workflows.denoising.files import FileDenoiser
    from ..workflows.memory import parse_memory
    from .batch import Batch
    from .denoise_noise import choose_noise, map_of
    from .file_tasks import FileKind, make_folders, plan_tasks
    from .pages import Pages
    from .repeat import command_of
    from .shown import draw_picture, view_picture
    from .strengths import Strengths

    batch = Batch.from_options(
        context,
        scheduler=options.scheduler,
        overwrite=options.overwrite,
        skip_existing=options.skip_existing,
        json=options.json,
        quiet=options.quiet,
        verbose=options.verbose,
    )
    strengths = {"beta": options.beta, "lam": options.lam, "weight": options.weight}
    noise = choose_noise("gaussian", sigma, options.sigma_units, None, 0.0, 0.0)
    given = Strengths(options.method, options.model, strengths, options.tol)
    given = given.filled(options.params, str(context.command.name), options.mode, noise.level)
    workflow = FileDenoiser(
        given.prior("denoise"),
        Solver(options.mode, given.tol, options.max_iter, options.device),
        noise,
        options.color,
        None if options.memory is None else parse_memory(options.memory),
        parse_range(options.value_range),
        options.dtype,
        options.to_format,
        options.overwrite,
        any(given.given.values()),
        finder,
        camera=camera,
        series=options.series,
    )
    tasks = plan_tasks(
        images,
        FileKind(SUFFIXES, ending, natural_suffix),
        options.output,
        recursive=options.recursive,
        reference=options.reference,
        figure=options.figure,
        report=options.report,
        others=(options.config, options.params, given.model, map_of(sigma), *others),
    )
    workflow.check()
    make_folders(tasks, options.output)
    batch.go(workflow, tasks, draw_picture, Pages(command_of(context), view_picture, options.report))


def parse_range(text: str | None) -> tuple[float, float] | None:
    """Return the two numbers of `--range`.

    Raises:
        ReconError: when there are not two numbers, the smaller one first.
    """
    if text is None:
        return None
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        low, high = 0.0, 0.0
    if not float("-inf") < low < high < float("inf"):
        raise ReconError(f"--range takes two numbers, the smaller one first, as 0,4095; and is {text}", 2)
    return low, high
