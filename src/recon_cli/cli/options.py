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
        help="Treat the border like the middle: patches wrap around, of a picture by way of a frame that is "
        "unknown; or take the patches inside, as the paper does."
    ),
]
Weight = Annotated[
    float | None,
    typer.Option(help="Of --method tv, and of wavelet in MRI: weight of the prior; default tuned."),
]
Algorithm = Annotated[
    Literal["admm", "ipalm"],
    typer.Option(help="Solver of the minimum; ipalm is the paper's, of the mode full."),
]
Steps = Annotated[int, typer.Option(min=1, help="Sweeps of the mode unrolled.")]
Beta = Annotated[float | None, typer.Option(help="Weight of the patch term; default the model's.")]
Lam = Annotated[float | None, typer.Option(help="Soft-threshold level; default the model's.")]
MaxIter = Annotated[
    int, typer.Option(min=1, help="Most iterations; what has not converged by then is written, and said.")
]
Config = Annotated[
    Path | None,
    typer.Option(
        is_eager=True,
        callback=read_settings,
        help="TOML file with any of these settings; options and RECON_* variables go before it.",
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
    Literal["npy", "h5", "png", "tif", "nii"], typer.Option("--format", help="Of standard output.")
]
Ratio = Annotated[float, typer.Option(help="Share of the samples of a generated mask.")]
Axes = Annotated[
    str | None,
    typer.Option(
        help="A letter an axis of the array: t time, z slice, c channel, s samples of a pixel (grey or "
        "RGB, then alpha), y, x, 1 of length one; as tcyx."
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
        help="Page for a browser, html: pictures, residual, certificate, parameters; for several files a "
        "table with links to a page beside each result, or with .html these alone."
    ),
]
Params = Annotated[
    Path | None,
    typer.Option(help="File of recon tune; its beta, lam and model hold where none are given here."),
]
