"""`recon denoise`."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .data_options import (
    DataMask,
    Gain,
    HotPixels,
    Images,
    NoiseKind,
    NoiseSpectrum,
    Offset,
    OfHoles,
    ReadNoise,
    Sigma,
)
from .options import Algorithm, Axes, Border, Mode, Steps, bundled_names
from .picture_options import PictureOptions, reconstruct_pictures
from .shared_options import with_options

if TYPE_CHECKING:
    from ..priors.prior import Prior
    from ..solver import Solver
    from .file_options import Strengths


@dataclass(frozen=True, eq=False, repr=False)
class DenoiseOptions(PictureOptions):
    """Those that differ in other commands, or that these lack."""

    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            help="File, folder (made if it ends in a slash), or -; default <name>_denoised beside the image.",
        ),
    ] = None
    color: Annotated[
        Literal["joint", "channels"],
        typer.Option(help="Denoise red, green and blue together, or each on its own."),
    ] = "joint"
    method: Annotated[
        Literal["model", "crr", "tv", "nlm", "wavelet"],
        typer.Option(
            help="The learned model, or for comparison a learned convex ridge regulariser, total "
            "variation, non-local means or wavelet shrinkage."
        ),
    ] = "model"
    mode: Mode = "settled"
    solver: Algorithm = "admm"
    inner: Annotated[
        Literal["exact", "fista"],
        typer.Option(
            help="Inner solver of the modes early-stop and unrolled; fista is the solver of the paper, "
            "less accurate and slower."
        ),
    ] = "exact"
    steps: Steps = 2
    border: Border = "extend"
    model: Annotated[
        str | None,
        typer.Option(
            help="Name of a bundled model or model file: a dictionary, for crr a ridge regulariser; "
            "default the one that is best at the noise level.",
            autocompletion=bundled_names,
        ),
    ] = None
    tol: Annotated[
        float | None,
        typer.Option(
            help="Stop rule; default 0.1 grey levels of 255 from the minimum (settled), below sigma 7 "
            "less, a certified gap of 1e-3 (full, tv) or 1e-4 (crr), a relative change of J of "
            "1e-8 (ipalm), the tolerance of the model (early-stop)."
        ),
    ] = None
    reference: Annotated[
        Path | None,
        typer.Option(
            help="Clean image, for PSNR and SSIM in the report; for several images a folder of them."
        ),
    ] = None
    figure: Annotated[
        str | None,
        typer.Option(
            help="Noisy image, result and residual: png, pdf or svg; for several images a suffix, as .pdf."
        ),
    ] = None

    def prior_of(self, strengths: "Strengths") -> "Prior":
        """Return what is assumed of images, and of what lies beyond their border."""
        return strengths.prior("denoise", self.border)

    def solver_of(self, strengths: "Strengths") -> "Solver":
        """Return mode, tolerance, limits, device and algorithms."""
        usual = super().solver_of(strengths)
        return replace(usual, algorithm=self.solver, inner=self.inner, steps=self.steps)


@with_options(DenoiseOptions)
def denoise(
    context: typer.Context,
    images: Images,
    sigma: Sigma = None,
    noise: NoiseKind = "gaussian",
    gain: Gain = None,
    read_noise: ReadNoise = None,
    offset: Offset = 0.0,
    noise_spectrum: NoiseSpectrum = None,
    axes: Axes = None,
    mask: DataMask = None,
    hot_pixels: HotPixels = None,
    holes: OfHoles = "fill",
    *,
    options: DenoiseOptions,
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
    from ..files.images.holes import HoleFinder
    from .denoise_noise import choose_noise, map_of

    known = choose_noise(noise, sigma, options.sigma_units, gain, read_noise, offset, noise_spectrum)
    broken = Path(hot_pixels) if hot_pixels and hot_pixels != "auto" else None
    reconstruct_pictures(
        context,
        images,
        "_denoised",
        known,
        options,
        (mask, map_of(sigma), map_of(noise_spectrum), broken),
        finder=HoleFinder(options.nodata, mask, broken or ("auto" if hot_pixels else None)),
        keep_holes=holes == "keep",
        axes=axes,
    )
