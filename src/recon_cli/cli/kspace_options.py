"""Options of the commands on k-space that say what the data are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Axes = Annotated[
    str | None,
    typer.Option(help="A letter an axis of the array: t time, s slice, c coil, y, x, 1 to drop; as scyx."),
]
Variable = Annotated[
    str | None,
    typer.Option(help="Name of k-space in a MATLAB or npz file that holds several arrays."),
]
Trajectory = Annotated[
    Path | None,
    typer.Option(
        help="Where readouts lie that are on no grid: npy, npz, mat or cfl, two coordinates in cycles "
        "per field of view."
    ),
]
NoiseLevel = Annotated[
    float | None,
    typer.Option(help="Standard deviation of the complex noise, in units of k-space; default measured."),
]
MostCoils = Annotated[
    int | None,
    typer.Option(min=1, help="Most combinations of coils; default those that hold more than noise."),
]
Scale = Annotated[
    float | None,
    typer.Option(help="Factor for k-space, undone in the result; default brings bright pixels to 0.8."),
]
CoilMaps = Annotated[
    str | None,
    typer.Option(help="Coil maps: file (npy, npz, mat, cfl), or auto to estimate them by ESPIRiT."),
]
KSpaceMask = Annotated[
    str | None,
    typer.Option(
        help="File (npy, npz, mat, png, cfl), or radial, cartesian, random to undersample full "
        "k-space. Without it, exact zeros were not sampled."
    ),
]
ImageModel = Annotated[
    Literal["auto", "real", "complex"],
    typer.Option(help="Pixels in [0, 1], or complex with magnitude up to 1; auto looks at the phase."),
]
Origin = Annotated[
    Literal["centered", "uncentered", "shifted"],
    typer.Option(help="Origin: middle, index 0, or as of fftshift(fft2(image)) middle of k-space alone."),
]
