"""`recon upscale`."""

from typing import Annotated, Literal

import typer

from .data_options import Images
from .picture_options import CameraOptions, reconstruct_pictures
from .shared_options import with_options


@with_options(CameraOptions)
def upscale(
    context: typer.Context,
    images: Images,
    factor: Annotated[
        int,
        typer.Option(
            min=2, max=4, help="Pixels of the result for one pixel of the image, in both directions."
        ),
    ],
    kernel: Annotated[
        str | None,
        typer.Option(
            help="Blur of the camera in pixels of the result, as --psf of recon deconvolve; default "
            "the mean of the pixels that a coarse pixel covers."
        ),
    ] = None,
    sigma: Annotated[
        str | None,
        typer.Option(
            help="Noise level in 8-bit grey levels, or one level for each channel; default auto estimates it."
        ),
    ] = None,
    align: Annotated[
        Literal["middle", "corner"],
        typer.Option(
            help="Where a coarse pixel was taken: in the middle of the pixels that it covers, or, as "
            "by image[::2, ::2], at the first of them."
        ),
    ] = "middle",
    *,
    options: CameraOptions,
) -> None:
    """Reconstruct finer images from coarse ones; a TIFF's own tags are not kept.

    Examples:
      recon upscale in.png --factor 2 --sigma 1
      recon upscale in.png --factor 2 --kernel gaussian:1.0 --sigma 1 --reference fine.png
    """
    from ..files.images.holes import HoleFinder
    from ..workflows.images.kernel_names import coarsening
    from .denoise_noise import map_of

    camera, finder = coarsening(factor, kernel, align), HoleFinder(options.nodata)
    noise, read = options.noise_of(sigma, "auto"), (kernel, map_of(sigma))
    reconstruct_pictures(context, images, "_upscaled", noise, options, read, camera=camera, finder=finder)
