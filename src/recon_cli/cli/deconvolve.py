"""`recon deconvolve`."""

from typing import Annotated

import typer

from .data_options import Images
from .picture_options import CameraOptions, reconstruct_pictures
from .shared_options import with_options


@with_options(CameraOptions)
def deconvolve(
    context: typer.Context,
    images: Images,
    psf: Annotated[
        str,
        typer.Option(
            help="Point spread function: an image file, or gaussian:SIGMA, disk:RADIUS or "
            "motion:LENGTH,ANGLE in pixels and degrees, or airy:NA,WAVELENGTH,PIXEL in one unit of length. "
            "It is normalised, and its centre of mass is its origin."
        ),
    ],
    sigma: Annotated[
        str | None,
        typer.Option(
            help="Noise level in 8-bit grey levels, or one level for each channel; default auto estimates it."
        ),
    ] = None,
    *,
    options: CameraOptions,
) -> None:
    """Undo a blur of images and stacks, whose planes have the same point spread function.

    The object goes on beyond the picture: nothing wraps around at the border.

    Examples:
      recon deconvolve cells.tif --psf psf.tif --sigma 2
      recon deconvolve photo.png --psf gaussian:1.6
      recon deconvolve cells.tif --psf airy:1.4,0.525,0.065 -o sharp/
      recon deconvolve photo.jpg --psf motion:9,30 --sigma 3 --figure photo.pdf
    """
    from ..files.images.holes import HoleFinder
    from ..workflows.images.kernel_names import blurring
    from .denoise_noise import map_of

    camera, finder = blurring(psf), HoleFinder(options.nodata)
    noise, read = options.noise_of(sigma, "auto"), (psf, map_of(sigma))
    reconstruct_pictures(context, images, "_deconvolved", noise, options, read, camera=camera, finder=finder)
