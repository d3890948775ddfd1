"""Options that the tables and figures share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..options import Origin, bundled_names

Image = Annotated[Path, typer.Argument(help="Clean image.")]
Sigma = Annotated[float, typer.Option(help="Level of the added noise, in 8-bit grey levels.")]
MaskSeed = Annotated[int, typer.Option(min=0, help="Seed of a generated mask.")]
Fft = Annotated[
    Origin,
    typer.Option(
        help="Where a mask file has its low frequencies: at index 0 (uncentered), else in the middle."
    ),
]
AddedNoise = Annotated[float, typer.Option(min=0, help="Level of the added noise, in 8-bit grey levels.")]
Figure = Annotated[Path, typer.Option("-o", "--output", help="Figure: pdf, svg or png.")]
Data = Annotated[
    list[str], typer.Option(help="Clean images: a folder, file or pattern; may be given several times.")
]
Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        help="Name of a bundled model or model file: a dictionary for the model, a ridge "
        "regulariser for crr; each of several gives a row of its own.",
        autocompletion=bundled_names,
    ),
]
Draws = Annotated[int, typer.Option(min=1, help="Draws of the noise for each image.")]
Outputs = Annotated[
    list[Path] | None,
    typer.Option("-o", "--output", help="Table: csv, md or tex; may be given several times."),
]
Log = Annotated[
    Path | None, typer.Option(help="Log of every image, from which --resume goes on; default beside -o.")
]
TuneEach = Annotated[
    bool,
    typer.Option("--tune-each", help="Tune each method for each image by grid search, as in the paper."),
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with the log; methods and draws may be added.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace existing files.")]
