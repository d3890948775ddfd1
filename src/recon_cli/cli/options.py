"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer

from .. import modes
from .settings import read_settings


def bundled_names(incomplete: str) -> Iterator[str]:
    """Yield the bundled models whose names begin so, else the files of the folder for the shell."""
    from ..files.bundled_models import manifest

    yield from (name for name in manifest() if name.startswith(incomplete))


Device = Annotated[
    Literal["auto", "cpu", "cuda", "mps"],
    typer.Option(help="Where the computation runs; mps is refused: it has no double precision."),
]
Mode = Annotated[
    modes.Mode,
    typer.Option(
        help="The minimum (of reweighted models the second of two), until the image has settled or to a "
        "certified gap (full); coordinate descent stopped early, or a few sweeps of it."
    ),
]
Border = Annotated[
    Literal["extend", "paper"],
    typer.Option(
        help="Treat the border like the middle (extend), by a frame of unknown pixels around a "
        "picture; or take only the patches that lie inside, as the paper does."
    ),
]
Weight = Annotated[
    float | None,
    typer.Option(help="Weight of the prior, for --method tv, and in MRI for wavelet; default a tuned one."),
]
Algorithm = Annotated[
    Literal["admm", "ipalm"],
    typer.Option(help="Solver of the minimum; ipalm is the solver of the paper, for --mode full."),
]
Steps = Annotated[int, typer.Option(min=1, help="Sweeps of the mode unrolled.")]
Beta = Annotated[float | None, typer.Option(help="Weight of the patch term; default that of the model.")]
Lam = Annotated[float | None, typer.Option(help="Soft-threshold level; default that of the model.")]
MaxIter = Annotated[
    int,
    typer.Option(
        min=1,
        help="Largest number of iterations; a result that has not converged by then is written, "
        "and the report says so.",
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(
        is_eager=True,
        callback=read_settings,
        help="TOML file with any of these settings; options of the command line and RECON_* "
        "variables take precedence over it.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the outcome as a line of JSON.")]
JsonLines = Annotated[bool, typer.Option("--json", help="Print a line of JSON for each file.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Report on each of several files.")]
Recursive = Annotated[bool, typer.Option("--recursive", help="Search folders inside folders.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace existing results.")]
SkipExisting = Annotated[bool, typer.Option("--skip-existing", help="Leave out files that have a result.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing but errors.")]
Origin = Literal["centered", "uncentered", "shifted"]
"""As of the Fourier operator, which takes long to import."""
ReconstructionFormat = Annotated[
    Literal["npy", "h5", "png", "tif", "nii"], typer.Option("--format", help="Format of standard output.")
]
Ratio = Annotated[float, typer.Option(help="Share of the samples of a generated mask.")]
Axes = Annotated[
    str | None,
    typer.Option(
        help="One letter for each axis of the array: t time, z slice, c channel, s samples of a "
        "pixel (grey or RGB, then alpha), y, x, 1 for an axis of length one; as tcyx."
    ),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        help="Work on the workers of a Dask scheduler: its address, as tcp://host:8786, the file that it "
        "wrote, or local:N for N workers here; only one that you trust, since its workers run what it sends."
    ),
]
Report = Annotated[
    str | None,
    typer.Option(
        help="Report for a browser (html) with pictures, residual, certificate and parameters; for "
        "several files a table with links to a page beside each result, or with .html the "
        "pages alone."
    ),
]
Params = Annotated[
    Path | None,
    typer.Option(
        help="Parameter file of recon tune; its beta, lam and model are taken where these options "
        "are not given."
    ),
]
