"""What the commands share that reconstruct images from data of another kind: tomography and run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .options import (
    Beta,
    Config,
    Device,
    JsonLines,
    Lam,
    MaxIter,
    Overwrite,
    Quiet,
    Recursive,
    Report,
    Scheduler,
    SkipExisting,
    Verbose,
    Weight,
)
from .picture_options import AnyModel, MinimumMode, MinimumTol, parse_range

if TYPE_CHECKING:
    from ..priors.prior import Prior
    from ..solver import Solver
    from ..workflows.data_files import DataReconstructor
    from .strengths import Strengths


@dataclass(frozen=True)
class MeasurementOptions:
    """Options by the names that they have on the command line."""

    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            help="File (tif, npy, h5, nii, nii.gz, png), folder (made if it ends in a slash), or -; default "
            "a float32 TIFF beside the data.",
        ),
    ] = None
    recursive: Recursive = False
    overwrite: Overwrite = False
    skip_existing: SkipExisting = False
    value_range: Annotated[
        str | None,
        typer.Option(
            "--range",
            help="LO,HI: values of the image that count as black and white, to which results are cut; "
            "default 0 and what is bright in a first image, uncut.",
        ),
    ] = None
    to_format: Annotated[
        Literal["npy", "h5", "png", "tif", "nii"], typer.Option("--format", help="Of standard output.")
    ] = "tif"
    method: Annotated[
        Literal["model", "crr", "tv", "zero-filling"],
        typer.Option(
            help="The learned model, or to compare a learned convex ridge regulariser, total variation or "
            "the first image alone, of tomography the filtered backprojection."
        ),
    ] = "model"
    mode: MinimumMode = "settled"
    model: AnyModel = None
    beta: Beta = None
    lam: Lam = None
    weight: Weight = None
    tol: MinimumTol = None
    max_iter: MaxIter = 10_000
    device: Device = "auto"
    memory: Annotated[
        str | None,
        typer.Option(
            help="Most memory for an image, as 2GiB: one that takes more is refused, since data that belong "
            "to all pixels cannot be cut in tiles; default what is free."
        ),
    ] = None
    reference: Annotated[
        Path | None,
        typer.Option(
            help="True image, for PSNR, SSIM and NRMSE in the report; for several files a folder of them."
        ),
    ] = None
    figure: Annotated[
        str | None,
        typer.Option(
            help="First image, result, difference and data: png, pdf or svg; for several files a suffix, as "
            ".pdf."
        ),
    ] = None
    report: Report = None
    scheduler: Scheduler = None
    config: Config = None
    json: JsonLines = False
    quiet: Quiet = False
    verbose: Verbose = False

    @property
    def given_range(self) -> tuple[float, float] | None:
        """The two numbers of `--range`."""
        return parse_range(self.value_range)

    @property
    def strengths(self) -> Strengths:
        """What the options say of the method."""
        from .strengths import Strengths

        given = {"beta": self.beta, "lam": self.lam, "weight": self.weight}
        return Strengths(self.method, self.model, given, self.tol)

    def prior_of(self, strengths: Strengths) -> Prior:
        """Return what is assumed of the images."""
        return strengths.prior("mri" if self.method == "zero-filling" else "denoise")

    @property
    def most(self) -> int | None:
        """The bytes of `--memory`."""
        from ..workflows.memory import parse_memory

        return None if self.memory is None else parse_memory(self.memory)

    def solver_of(self, strengths: Strengths) -> Solver:
        """Return mode, tolerance, limits and device."""
        from ..solver import Solver

        return Solver(self.mode, strengths.tol, self.max_iter, self.device)


def reconstruct_measurements(
    context: typer.Context,
    files: list[str],
    suffixes: tuple[str, ...],
    ending: str,
    workflow: DataReconstructor,
    options: MeasurementOptions,
    measured: str,
    others: tuple[Path | str | None, ...],
) -> None:
    """Reconstruct the images of files of data, and report on each.

    Args:
        context: of the command.
        files: names, patterns, folders or `-`.
        suffixes: of the inputs that are taken from folders.
        ending: of the names of results.
        workflow: the settings.
        options: the shared ones.
        measured: what the data are, for the title of a figure.
        others: further files that are read; words that name none do no harm.

    Raises:
        ReconError: when an option is out of range, or files do not go together.
    """
    from ..files.reconstructions import check_reconstruction_suffix
    from .batch import Batch
    from .file_tasks import FileKind, make_folders, plan_tasks
    from .pages import Pages
    from .repeat import command_of
    from .shown import draw_data, view_data

    batch = Batch.from_options(
        context,
        scheduler=options.scheduler,
        overwrite=options.overwrite,
        skip_existing=options.skip_existing,
        json=options.json,
        quiet=options.quiet,
        verbose=options.verbose,
    )
    tasks = plan_tasks(
        files,
        FileKind(suffixes, ending, lambda _: ".tif"),
        options.output,
        recursive=options.recursive,
        reference=options.reference,
        figure=options.figure,
        report=options.report,
        others=(options.config, options.model, *others),
    )
    for place in filter(None, (task.target for task in tasks)):
        check_reconstruction_suffix(place)
    workflow.check()
    make_folders(tasks, options.output)
    pages = Pages(command_of(context), partial(view_data, workflow.first), options.report)
    batch.go(workflow, tasks, partial(draw_data, workflow.first, measured), pages)
