"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

Sigma = Annotated[float, typer.Option(help="Noise level in 8-bit units: 25 means 25/255.")]
Device = Annotated[Literal["auto", "cpu", "cuda"], typer.Option(help="Where the computation runs.")]
