"""`recon tomography`."""

from pathlib import Path
from typing import Annotated

import typer

from .measurement_options import MeasurementOptions, reconstruct_measurements
from .options import Params
from .shared_options import with_options

Angles = Annotated[
    str,
    typer.Option(
        help="Angles as START:STOP:STEP in degrees, without STOP itself, as 0:180:1 for 180 "
        "angles; or a file of angles (npy, txt, csv)."
    ),
]
Center = Annotated[
    str | None,
    typer.Option(
        help="Column of the axis of rotation, counted from 0, so that 127.5 is the middle of 256; "
        "auto finds it from the centres of mass; default the middle."
    ),
]

Flat = Annotated[
    Path | None,
    typer.Option(
        help="Image file without the object, of one or more exposures: the data are then "
        "intensities of light, from which line integrals are computed; without it the data "
        "are line integrals."
    ),
]
Dark = Annotated[Path | None, typer.Option(help="Image file without light, with --flat.")]


@with_options(MeasurementOptions)
def tomography(
    context: typer.Context,
    sinograms: Annotated[
        list[str],
        typer.Argument(
            help="Image files of any format in docs/formats.md, patterns, folders, or - for a pipe. An "
            "image has a row for each angle; a stack has a plane for each slice, or for each "
            "angle."
        ),
    ],
    angles: Angles,
    center: Center = None,
    flat: Flat = None,
    dark: Dark = None,
    params: Params = None,
    rings: Annotated[
        bool,
        typer.Option(
            "--rings", help="Remove the rings of bins that read more or less than the others at every angle."
        ),
    ] = False,
    sigma: Annotated[
        str,
        typer.Option(
            help="Noise level in units of the line integrals, or in percent of the largest one, as 1%; "
            "auto estimates it."
        ),
    ] = "auto",
    *,
    options: MeasurementOptions,
) -> None:
    """Reconstruct slices from their projections by parallel beams, in units of the data for each pixel.

    A pixel is as wide as a bin; 0 stands outside the disc that is seen from every angle.

    Examples:
      recon tomography sinogram.tif --angles 0:180:3
      recon tomography scan.tif --angles angles.txt --flat flat.tif --dark dark.tif --center auto
      recon tomography sinogram.npy --angles 0:180:1 --center 128 --sigma 1% -o slice.tif --figure slice.pdf
    """
    from ..files.images import SUFFIXES
    from ..workflows.tomography.angles import named_angles
    from ..workflows.tomography.files import ScanReconstructor, asked_of
    from ..workflows.tomography.projections import Fields

    asked = asked_of(named_angles(angles), center, sigma, rings, options.given_range)
    given = options.strengths.filled(params, "tomography", options.mode)
    workflow = ScanReconstructor(
        options.prior_of(given),
        options.solver_of(given),
        options.to_format,
        options.overwrite,
        options.most,
        asked,
        Fields(flat, dark),
    )
    reconstruct_measurements(
        context,
        sinograms,
        tuple(SUFFIXES),
        "_slices",
        workflow,
        options,
        "sinogram",
        (angles, flat, dark, params, given.model),
    )
