"""`recon simulate`: data of a camera from a picture, for trying a reconstruction out."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .option_groups import CommandGroup
from .options import Origin, Ratio
from .settings import SettingsCommand
from .shared_options import with_options
from .simulate import ResultOptions, simulate_kspace, tell
from .tomography import Angles

if TYPE_CHECKING:
    from ..workflows.images.camera import Camera

Image = Annotated[Path, typer.Argument(help="File of the true image, of any format in docs/formats.md.")]


@dataclass(frozen=True, eq=False, repr=False)
class SimulationOptions(ResultOptions):
    """Those of a camera."""

    sigma: Annotated[
        float, typer.Option(min=0, max=255, help="Level of the added noise, in 8-bit grey levels.")
    ] = 2.0


class _Command(SettingsCommand):
    """Its variables are named `RECON_SIMULATE_INPAINT_SIGMA` and so on."""

    group = "simulate"


simulate = typer.Typer(
    name="simulate",
    cls=CommandGroup,
    no_args_is_help=True,
    help="Make data as a camera has them, to try a reconstruction.",
)


@simulate.command(cls=_Command)
@with_options(SimulationOptions)
def inpaint(
    image: Image,
    missing: Annotated[
        float, typer.Option(min=0.0, max=0.99, help="Share of the pixels without data.")
    ] = 0.5,
    *,
    options: SimulationOptions,
) -> None:
    """Add noise, and leave pixels out; the mask goes to <result>_mask.png.

    Examples:
      recon simulate inpaint clean.png --missing 0.5 --sigma 5 -o holes.png
      recon simulate inpaint clean.tif --missing 0.9 -o holes.tif
    """
    from ..workflows.images.inpainting import HollowCamera

    _write(image, "_holes", HollowCamera(), missing, None, options)


@simulate.command(cls=_Command)
@with_options(SimulationOptions)
def deconvolve(
    image: Image,
    psf: Annotated[str, typer.Option(help="Point spread function, as of recon deconvolve.")],
    *,
    options: SimulationOptions,
) -> None:
    """Blur, and add noise; beyond its border the image goes on as its mirror image.

    Examples:
      recon simulate deconvolve clean.png --psf gaussian:1.6 --sigma 2 -o blurred.png
      recon simulate deconvolve clean.png --psf motion:9,30 -o blurred.png
    """
    from ..workflows.images.kernel_names import blurring

    _write(image, "_blurred", blurring(psf), 0.0, psf, options)


@simulate.command(cls=_Command)
@with_options(SimulationOptions)
def upscale(
    image: Image,
    factor: Annotated[
        int,
        typer.Option(
            min=2, max=4, help="Pixels of the image for one pixel of the result, in both directions."
        ),
    ],
    kernel: Annotated[str | None, typer.Option(help="Blur, as of recon upscale.")] = None,
    align: Annotated[
        Literal["middle", "corner"], typer.Option(help="Where a coarse pixel is taken, as of recon upscale.")
    ] = "middle",
    *,
    options: SimulationOptions,
) -> None:
    """Blur, take a coarse picture, and add noise.

    Examples:
      recon simulate upscale clean.png --factor 2 --kernel gaussian:1 --sigma 1 -o coarse.png
      recon simulate upscale clean.png --factor 4 -o coarse.png
    """
    from ..workflows.images.kernel_names import coarsening

    _write(image, "_coarse", coarsening(factor, kernel, align), 0.0, kernel, options)


@simulate.command(cls=_Command)
@with_options(ResultOptions)
def tomography(
    image: Image,
    angles: Angles,
    sigma: Annotated[
        str, typer.Option(help="Level of the added noise, in percent of the largest line integral.")
    ] = "1%",
    center: Annotated[
        float | None,
        typer.Option(help="Column of the axis of rotation, as of recon tomography; default the middle."),
    ] = None,
    *,
    options: ResultOptions,
) -> None:
    """Project by parallel beams, and add noise; outside the disc that all angles see is nothing.

    Colours count as their luma, and white as 1; the detector has as many bins as the longer side pixels.

    Examples:
      recon simulate tomography slice.png --angles 0:180:3 -o sinogram.tif
      recon simulate tomography slice.png --angles 0:180:1 --sigma 0.5% --center 130.2 -o sinogram.npy
    """
    from ..files.images import read_luma
    from ..files.outputs import check_outputs
    from ..files.reconstructions import check_reconstruction_suffix, write_reconstruction
    from ..workflows.noise_words import share_of_largest
    from ..workflows.tomography.angles import named_angles
    from ..workflows.tomography.simulate import simulate_scan

    target = Path(options.output or image.with_name(f"{image.stem}_sinogram.tif"))
    check_outputs([target], (image, angles), options.overwrite)
    check_reconstruction_suffix(target)
    turned, slices = named_angles(angles), read_luma(image)
    made, level = simulate_scan(slices, turned, share_of_largest(sigma), center, options.seed)
    count = len(made)
    write_reconstruction(target, made, (count,) if count > 1 else ())
    words = f"{count} slice{'s' if count > 1 else ''}, {len(turned)} angles, {made.shape[-1]} bins"
    fields = {"slices": count, "angles": len(turned), "bins": made.shape[-1], "noise": level}
    words += f", noise {level:.4g} ({sigma} of the largest line integral)"
    tell(options, image, target, words, fields)


@simulate.command(cls=_Command)
@with_options(ResultOptions)
def mri(
    image: Image,
    mask: Annotated[
        str, typer.Option(help="File, or radial, cartesian, random for one that is generated.")
    ] = "radial",
    ratio: Ratio = 0.3,
    sigma: Annotated[
        float, typer.Option(min=0, help="Level of the added noise, in 8-bit grey levels.")
    ] = 0.0,
    fft: Annotated[
        Origin,
        typer.Option(help="Origin of image and k-space, as in recon mri."),
    ] = "centered",
    coils: Annotated[
        int,
        typer.Option(
            min=1,
            max=128,
            help="Number of simulated coils; 1 sees all alike.",
        ),
    ] = 1,
    *,
    options: ResultOptions,
) -> None:
    """Make k-space with exact zeros where it is not sampled, a slice for each plane.

    Examples:
      recon simulate mri brain.png --mask radial --ratio 0.3 --sigma 10 -o kspace.npy
      recon simulate mri head.tif --mask mask.npy --fft uncentered -o kspace.h5
      recon simulate mri head.tif --mask cartesian --coils 8 --sigma 2 -o coils.npy
    """
    simulate_kspace(image, mask, ratio, sigma, fft, options, coils)


def _write(
    image: Path,
    ending: str,
    camera: "Camera",
    missing: float,
    kernel: str | None,
    options: SimulationOptions,
) -> None:
    """Simulate every plane of a picture and write them as one of its type; no result replaces a kernel."""
    from ..files.images import read_picture
    from ..files.images.write import format_of, natural_suffix, write_picture
    from ..files.masks import write_mask
    from ..files.outputs import check_outputs
    from ..workflows.images.simulation import simulate_picture

    target = Path(options.output or image.with_name(f"{image.stem}{ending}{natural_suffix(image)}"))
    kind = format_of(target)
    mask = target.with_name(f"{target.stem}_mask.png") if missing else None
    check_outputs([target, *([mask] if mask else [])], (image, kernel), options.overwrite)
    picture = read_picture(image)
    made, held = simulate_picture(picture, kind, camera, options.sigma, missing, options.seed)
    write_picture(made, kind, target)
    if mask and held is not None:
        write_mask(mask, held)
    parts = [made.describe(), f"noise {options.sigma:g}/255", camera.said]
    parts += [f"{1 - held.mean():.1%} of the pixels missing, see {mask}"] if held is not None else []
    fields = {
        "mask": str(mask) if mask else None,
        "shape": list(made.array.shape),
        "noise": options.sigma,
    }
    tell(options, image, target, ", ".join(filter(None, parts)), fields)
