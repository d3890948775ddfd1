"""`recon info`."""

from typing import Annotated

import typer

from .options import Axes, Config, Json, bundled_names


def info(
    file: Annotated[
        str,
        typer.Argument(
            help="Picture, k-space or model file, or the name of a bundled model.",
            autocompletion=bundled_names,
        ),
    ],
    axes: Axes = None,
    json: Json = False,
    config: Config = None,
) -> None:
    """Say how a file is understood, and what may be done with it; nothing is solved or written.

    Examples:
      recon info cells.tif
      recon info kspace.npy --axes scyx
      recon info adaptive
    """
    from ..files.streams import write_stdout
    from ..reporting.info_text import info_line, info_text
    from ..workflows.info.look_at import look_at

    found = look_at(file, axes)
    write_stdout((f"{info_line(file, found)}\n" if json else info_text(file, found)).encode())
