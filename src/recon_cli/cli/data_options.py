"""Options of the commands on pictures that say what the noise and the values of the data are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Images = Annotated[
    list[str],
    typer.Argument(help="Image files of any format in docs/formats.md, patterns, folders, or - for a pipe."),
]
Sigma = Annotated[
    str | None,
    typer.Option(
        help="Noise level in 8-bit units, 25 means 25/255, or one for each channel as 8,4,24; auto "
        "estimates one a channel, planes one a plane; an image is a map of the levels of its pixels."
    ),
]
NoiseSpectrum = Annotated[
    str | None,
    typer.Option(
        help="For noise that is correlated, as after demosaicking, JPEG or scaling: auto finds its power "
        "spectrum in the quietest places; an image of noise alone, as a dark frame, shows it."
    ),
]
SigmaUnits = Annotated[
    Literal["8bit", "data"], typer.Option(help="Whether sigma is of 255, or in units of the data.")
]
NoiseKind = Annotated[
    Literal["gaussian", "poisson"],
    typer.Option(help="Gaussian of level --sigma, or that of counted light with --gain."),
]
Gain = Annotated[
    str | None,
    typer.Option(
        help="Counts an electron or photon, for poisson; auto estimates them from the image, and the read "
        "noise where it is not given."
    ),
]
ReadNoise = Annotated[
    float | None,
    typer.Option(help="Standard deviation of the detector's own noise in counts, for poisson; default 0."),
]
Offset = Annotated[float, typer.Option(help="Counts without light, for poisson.")]
ValueRange = Annotated[
    str | None,
    typer.Option(
        "--range",
        help="LO,HI: the data's values for black and white, to which results are cut; default the type's "
        "own, or where the data use less than a quarter of it their own.",
    ),
]
Series = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="The only image to reconstruct of a TIFF that holds several, as recon info numbers them; the "
        "others stay as they are.",
    ),
]
Nodata = Annotated[
    float | None,
    typer.Option(help="Value of pixels without data, in place of that which the file names."),
]
DataMask = Annotated[
    Path | None, typer.Option(help="Image that is black where there are no data; elsewhere there are.")
]
HotPixels = Annotated[
    str | None,
    typer.Option(
        help="auto fills hot and dead pixels, those far from all around them; an image is a detector's map "
        "of them, not black where they are; default none."
    ),
]
Memory = Annotated[
    str | None,
    typer.Option(
        help="Limit of the solver and its copies of planes, as 2GiB, besides program, image and result; "
        "larger images go in tiles; default half of what is free, at most 2GiB."
    ),
]
OfHoles = Annotated[
    Literal["fill", "keep"],
    typer.Option(help="Whether pixels without data get what the model makes of those around them."),
]
OfType = Annotated[
    Literal["uint8", "uint16", "float32"] | None,
    typer.Option(help="Type of results, float32 in the units of the data; default the input's."),
]
OfFormat = Annotated[
    Literal["png", "tiff", "npy", "jpeg"] | None,
    typer.Option("--format", help="Format of standard output; default the input's."),
]
