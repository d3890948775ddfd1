"""What the commands share that reconstruct pictures: denoise, inpaint, deconvolve and upscale."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ..errors import ReconError
from .data_options import (
    Gain,
    Memory,
    Nodata,
    NoiseKind,
    OfFormat,
    Offset,
    OfType,
    ReadNoise,
    Series,
    SigmaUnits,
    ValueRange,
)
from .file_options import FileOptions
from .options import Params, bundled_names

if TYPE_CHECKING:
    from ..workflows.denoising.noise import Noise

Method = Annotated[
    Literal["model", "crr", "tv"],
    typer.Option(
        help="The learned model, or for comparison a learned convex ridge regulariser or total variation."
    ),
]
MinimumMode = Annotated[
    Literal["settled", "full"],
    typer.Option(help="The minimum until the image has settled, or to a certified gap."),
]
AnyModel = Annotated[
    str | None,
    typer.Option(
        help="Name of a bundled model or model file: a dictionary, for crr a ridge regulariser.",
        autocompletion=bundled_names,
    ),
]
MinimumTol = Annotated[
    float | None,
    typer.Option(help="Stop rule: grey levels of 255 from the minimum (settled), or a certified gap."),
]


@dataclass(frozen=True, eq=False, repr=False)
class PictureOptions(FileOptions):
    """Those of every command on pictures."""

    memory: Memory = None
    value_range: ValueRange = None
    sigma_units: SigmaUnits = "8bit"
    nodata: Nodata = None
    series: Series = None
    color: Literal["joint", "channels"] = "joint"
    dtype: OfType = None
    to_format: OfFormat = None
    params: Params = None


@dataclass(frozen=True, eq=False, repr=False)
class CameraOptions(PictureOptions):
    """Those of the commands that undo what a camera did."""

    noise: NoiseKind = "gaussian"
    gain: Gain = None
    read_noise: ReadNoise = None
    offset: Offset = 0.0
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            help="File, folder (made if it ends in a slash), or -; default a new name beside the image.",
        ),
    ] = None
    color: Annotated[
        Literal["joint", "channels"],
        typer.Option(help="Reconstruct red, green and blue together, or each on its own."),
    ] = "joint"
    method: Method = "model"
    mode: MinimumMode = "settled"
    model: AnyModel = None
    tol: MinimumTol = None
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

    def noise_of(self, sigma: str | None, usual: str) -> "Noise":
        """Return the noise of the data; counts are weighted, see `WeightedPoissonNoise`.

        Args:
            sigma: as it was given.
            usual: level of Gaussian noise where none was given.

        Raises:
            ReconError: as `choose_noise`.
        """
        from .denoise_noise import choose_noise

        level = usual if sigma is None and self.noise == "gaussian" else sigma
        counts = (self.gain, self.read_noise, self.offset)
        return choose_noise(self.noise, level, self.sigma_units, *counts, weighted=True)


def reconstruct_pictures(
    context: typer.Context,
    images: list[str],
    ending: str,
    noise: "Noise",
    options: PictureOptions,
    others: tuple[Path | str | None, ...],
    **settings: Any,
) -> None:
    """Reconstruct pictures from files, and report on each.

    Args:
        context: of the command.
        images: files, patterns, folders or `-`.
        ending: of the names of results.
        noise: of the pictures, see `choose_noise`.
        options: the shared ones.
        others: further files that are read; words that name none do no harm.
        settings: further ones of `FileDenoiser`.

    Raises:
        ReconError: when an option is out of range, or files do not go together.
    """
    from ..files.images import SUFFIXES
    from ..files.images.write import natural_suffix
    from ..reporting.page_view import picture_view
    from ..workflows.denoising.files import FileDenoiser
    from .batch import Batch
    from .file_tasks import FileKind, plan_tasks
    from .shown import draw_picture

    batch = Batch.of(context, options)
    command = str(context.command.name)
    given = options.strengths.filled(options.params, command, options.mode, noise.level)
    workflow = FileDenoiser(
        options.prior_of(given),
        options.solver_of(given),
        noise,
        options.color,
        options.most,
        parse_range(options.value_range),
        options.dtype,
        options.to_format,
        options.overwrite,
        any(given.given.values()),
        series=options.series,
        **settings,
    )
    kind = FileKind(SUFFIXES, ending, natural_suffix)
    tasks = plan_tasks(images, kind, options, (options.params, given.model, *others))
    workflow.check()
    batch.go(workflow, tasks, draw_picture, picture_view)


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
