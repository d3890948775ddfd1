"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Sigma = Annotated[float, typer.Option(help="Noise level in 8-bit units: 25 means 25/255.")]
Device = Annotated[Literal["auto", "cpu", "cuda"], typer.Option(help="Where the computation runs.")]
Params = Annotated[
    Path | None,
    typer.Option(help="File of recon tune; its beta, lam and model hold where none are given here."),
]
