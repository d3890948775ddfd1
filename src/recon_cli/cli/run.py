"""`recon run`."""

from typing import Annotated

import typer

from ..errors import ReconError
from .measurement_options import MeasurementOptions, reconstruct_measurements
from .shared_options import with_options


@with_options(MeasurementOptions)
def run(
    context: typer.Context,
    data: Annotated[
        list[str],
        typer.Argument(
            help="Data of the operator: npy, npz or grey image files, patterns, folders, or - for a pipe."
        ),
    ],
    operator: Annotated[
        str,
        typer.Option(
            help="FILE.py:NAME, whose code is run: NAME is an operator of recon_cli.operators, or is called "
            "with the shape of the data of an image and returns one."
        ),
    ],
    sigma: Annotated[
        str,
        typer.Option(help="Noise level in units of the data, or in percent of the largest magnitude, as 1%."),
    ],
    several: Annotated[
        bool, typer.Option("--several", help="The first axis of the data counts images of one size.")
    ] = False,
    *,
    options: MeasurementOptions,
) -> None:
    """Reconstruct images from data of an operator of your own, a Python file, which is run as you.

    Give no file that you did not read: it may do whatever you may. docs/howto/operator.md says how to write
    one. Before anything is solved its adjoint is compared with its forward.

    Examples:
      recon run --operator my_operator.py:camera data.npy --sigma 0.04
      recon run --operator my_operator.py:camera data.npz --sigma 1% --range 0,1 -o image.tif
    """
    from ..workflows.noise_words import share_or_level
    from ..workflows.own.files import OwnReconstructor
    from ..workflows.own.loading import OwnOperator

    if str(context.get_parameter_source("operator")) != "ParameterSource.COMMANDLINE":
        raise ReconError(
            "--operator runs the code of a file, so it has to stand on the command line, not in a settings "
            "file or a variable",
            2,
        )
    level, relative = share_or_level(sigma)
    workflow = OwnReconstructor(
        options.prior_of(options.strengths),
        options.solver_of(options.strengths),
        options.to_format,
        options.overwrite,
        options.most,
        OwnOperator(operator),
        level,
        relative,
        several,
        options.given_range,
    )
    file = str(workflow.operator.path)
    reconstruct_measurements(context, data, (".npy", ".npz"), "_images", workflow, options, "data", (file,))
