"""`recon inpaint`."""

from pathlib import Path
from typing import Annotated

import typer

from .data_options import Images
from .picture_options import CameraOptions, reconstruct_pictures
from .shared_options import with_options


@with_options(CameraOptions)
def inpaint(
    context: typer.Context,
    images: Images,
    mask: Annotated[
        Path | None,
        typer.Option(
            help="Image file that is black where pixels are missing; pixels that are transparent, NaN "
            "or --nodata are missing anyway."
        ),
    ] = None,
    sigma: Annotated[
        str | None,
        typer.Option(
            help="Noise level of the other pixels in 8-bit grey levels, or one level for each channel, "
            "as 8,4,24; the default of 1 changes pixels without noise by less than a grey level."
        ),
    ] = None,
    *,
    options: CameraOptions,
) -> None:
    """Fill the missing pixels of images and stacks, and denoise the others.

    Examples:
      recon inpaint in.png --mask mask.png
      recon inpaint in.png --mask mask.png --sigma 5 --reference clean.png
      recon inpaint map.tif --nodata -9999 --sigma 2 -o filled.tif
    """
    from ..files.images.holes import HoleFinder
    from ..workflows.images.inpainting import HollowCamera
    from .denoise_noise import map_of

    camera, finder = HollowCamera(), HoleFinder(options.nodata, mask)
    noise, read = options.noise_of(sigma, "1"), (mask, map_of(sigma))
    reconstruct_pictures(context, images, "_inpainted", noise, options, read, camera=camera, finder=finder)
