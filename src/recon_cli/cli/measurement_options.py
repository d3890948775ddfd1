"""What the commands share that reconstruct images from data of another kind: tomography and run."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .file_options import FileOptions, Strengths
from .options import ReconstructionFormat
from .picture_options import AnyModel, MinimumMode, MinimumTol, parse_range

if TYPE_CHECKING:
    from ..priors.prior import Prior
    from ..workflows.data_files import DataReconstructor


@dataclass(frozen=True, eq=False, repr=False)
class MeasurementOptions(FileOptions):
    """Those of the commands on data that are no pictures."""

    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            help="File (tif, npy, h5, nii, nii.gz, png), folder (made if it ends in a slash), or -; default "
            "a float32 TIFF beside the data.",
        ),
    ] = None
    value_range: Annotated[
        str | None,
        typer.Option(
            "--range",
            help="LO,HI: values of the image that stand for black and white, to which results are cut; "
            "default 0 and a bright value of a first image, and results are not cut.",
        ),
    ] = None
    to_format: ReconstructionFormat = "tif"
    method: Annotated[
        Literal["model", "crr", "tv", "zero-filling"],
        typer.Option(
            help="The learned model, or for comparison a learned convex ridge regulariser, total "
            "variation or the first image alone, in tomography the filtered backprojection."
        ),
    ] = "model"
    mode: MinimumMode = "settled"
    model: AnyModel = None
    tol: MinimumTol = None
    memory: Annotated[
        str | None,
        typer.Option(
            help="Limit of the memory for an image, as 2GiB: one that takes more is refused, since "
            "data that belong to all pixels cannot be cut into tiles; default the free memory."
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

    @property
    def given_range(self) -> tuple[float, float] | None:
        """The two numbers of `--range`."""
        return parse_range(self.value_range)

    def prior_of(self, strengths: Strengths) -> "Prior":
        """Return what is assumed of the images."""
        return strengths.prior("mri" if self.method == "zero-filling" else "denoise")


def reconstruct_measurements(
    context: typer.Context,
    files: list[str],
    suffixes: tuple[str, ...],
    ending: str,
    workflow: "DataReconstructor",
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
    from ..reporting.page_view import data_view
    from .batch import Batch
    from .file_tasks import FileKind, plan_tasks
    from .shown import draw_data

    batch = Batch.of(context, options)
    kind = FileKind(suffixes, ending, lambda _: ".tif")
    tasks = plan_tasks(files, kind, options, (options.model, *others))
    for place in filter(None, (task.target for task in tasks)):
        check_reconstruction_suffix(place)
    workflow.check()
    draw = partial(draw_data, workflow.first, measured)
    batch.go(workflow, tasks, draw, partial(data_view, workflow.first))
