"""`recon benchmark deconvolve`, `inpaint`, `upscale` and `tomography`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ..shared_options import with_options
from ..tomography import Angles
from .compared import SEEN, denoisers
from .options import Data, TuneEach
from .table import TableOptions

if TYPE_CHECKING:
    from ...workflows.benchmark.seen import SeenImage
    from ...workflows.images.camera import Camera


@dataclass(frozen=True, eq=False, repr=False)
class SeenOptions(TableOptions):
    """Those of all that cameras and scans see."""

    methods: Annotated[str, typer.Option("--method", "--methods", help=SEEN)] = "model,crr,tv"
    tune_each: TuneEach = False


@dataclass(frozen=True, eq=False, repr=False)
class CameraOptions(SeenOptions):
    """Those of a camera."""

    sigma: Annotated[
        float, typer.Option(min=0.01, max=255, help="Level of the added noise, in 8-bit grey levels.")
    ] = 2.0


@with_options(CameraOptions)
def deconvolve(
    data: Data,
    psf: Annotated[str, typer.Option(help="Point spread function, as of recon deconvolve.")],
    *,
    options: CameraOptions,
) -> None:
    """Compare methods on images that are blurred, with noise: PSNR, SSIM, time, iterations, certified gap.

    Examples:
      recon benchmark deconvolve --data set12 --psf gaussian:1.6 --sigma 2 -o table.md
      recon benchmark deconvolve --data cells --psf airy:1.4,0.52,0.065 --tune-each -o table.csv
    """
    from ...workflows.images.kernel_names import blurring

    _photographs(data, blurring(psf), 0.0, {"task": "deconvolve", "psf": psf}, options, psf)


@with_options(CameraOptions)
def inpaint(
    data: Data,
    missing: Annotated[
        float, typer.Option(min=0.01, max=0.99, help="Share of the pixels without data.")
    ] = 0.5,
    *,
    options: CameraOptions,
) -> None:
    """Compare methods on images with holes and noise: PSNR, SSIM, time, iterations, certified gap.

    Examples:
      recon benchmark inpaint --data set12 --missing 0.5 --sigma 5 -o table.md
      recon benchmark inpaint --data photos --missing 0.8 --methods model,tv -o table.tex
    """
    from ...workflows.images.inpainting import HollowCamera

    _photographs(data, HollowCamera(), missing, {"task": "inpaint", "missing": missing}, options, None)


@with_options(CameraOptions)
def upscale(
    data: Data,
    factor: Annotated[
        int,
        typer.Option(min=2, max=4, help="Pixels of the image for one pixel of the data, in both directions."),
    ],
    kernel: Annotated[str | None, typer.Option(help="Blur, as of recon upscale.")] = None,
    align: Annotated[
        Literal["middle", "corner"], typer.Option(help="Where a coarse pixel is taken, as of recon upscale.")
    ] = "middle",
    *,
    options: CameraOptions,
) -> None:
    """Compare methods on coarse images with noise: PSNR, SSIM, time, iterations, certified gap.

    Examples:
      recon benchmark upscale --data set12 --factor 2 --kernel gaussian:1 --sigma 1 -o table.md
      recon benchmark upscale --data photos --factor 3 --methods model,tv --json
    """
    from ...workflows.images.kernel_names import coarsening

    settings = {"task": "upscale", "factor": factor, "kernel": kernel, "align": align}
    _photographs(data, coarsening(factor, kernel, align), 0.0, settings, options, kernel)


@with_options(SeenOptions)
def tomography(
    data: Data,
    angles: Angles,
    sigma: Annotated[
        str, typer.Option(help="Level of the added noise, in percent of the largest line integral.")
    ] = "1%",
    *,
    options: SeenOptions,
) -> None:
    """Compare methods on simulated projections: PSNR, SSIM, time, iterations, certified gap.

    Examples:
      recon benchmark tomography --data slices --angles 0:180:3 --sigma 1% -o table.md
      recon benchmark tomography --data slices --angles 0:180:6 --sigma 2% --methods model,tv --tune-each
    """
    from ...files.named import read_named
    from ...workflows.benchmark.seen import scanned
    from ...workflows.noise_words import share_of_largest
    from ...workflows.tomography.angles import named_angles

    turned, noise = named_angles(angles), share_of_largest(sigma, 1e-4)
    simulations = scanned(read_named(data, 10), turned, noise, options.draws)
    settings = {"task": "tomography", "angles": list(turned), "noise": 100 * noise}
    _table(data, simulations, settings, f"{len(turned)} angles, noise {100 * noise:g} %", options, angles)


def _photographs(
    data: Sequence[str],
    camera: "Camera",
    missing: float,
    settings: dict[str, Any],
    options: CameraOptions,
    read: str | None,
) -> None:
    from ...files.named import read_named
    from ...workflows.benchmark.seen import photographs

    simulations = photographs(read_named(data, 10), camera, options.sigma, missing, options.draws)
    words = ", ".join(filter(None, (f"noise {options.sigma:g}/255", camera.said)))
    words += f", {missing:.0%} of the pixels missing" if missing else ""
    _table(data, simulations, settings | {"sigma": options.sigma}, words, options, read)


def _table(
    data: Sequence[str],
    simulations: "Sequence[SeenImage]",
    settings: dict[str, Any],
    words: str,
    options: SeenOptions,
    read: Path | str | None,
) -> None:
    """Compare the methods; no result replaces a file that is read."""
    log = options.check_places(data, read)
    level, tuned = simulations[0].measure().sigma, options.tune_each
    compared = denoisers(options.methods, options.model, level, options.device, minima=True, tuned=tuned)
    options.make(compared, simulations, settings, words, log)
