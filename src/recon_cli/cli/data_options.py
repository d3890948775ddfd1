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
        help="Noise level in 8-bit grey levels, or one level for each channel, as 8,4,24; auto "
        "estimates one level for each channel, planes one for each plane; an image file is a "
        "map of the levels of all pixels."
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
    Literal["8bit", "data"], typer.Option(help="Unit of sigma: 8-bit grey levels, or the unit of the data.")
]
NoiseKind = Annotated[
    Literal["gaussian", "poisson"],
    typer.Option(
        help="Kind of noise: Gaussian noise of the level --sigma, or the noise of counted light "
        "with the gain --gain."
    ),
]
Gain = Annotated[
    str | None,
    typer.Option(
        help="Gain for poisson, in counts for each electron or photon; auto estimates it from the "
        "image, and the read noise where it is not given."
    ),
]
ReadNoise = Annotated[
    float | None,
    typer.Option(help="Standard deviation of the detector's own noise in counts, for poisson; default 0."),
]
Offset = Annotated[float, typer.Option(help="Counts that the camera gives without light, for poisson.")]
ValueRange = Annotated[
    str | None,
    typer.Option(
        "--range",
        help="LO,HI: values of the data that stand for black and white, to which results are cut; "
        "default the range of the type, or the range of the data where they use less than a "
        "quarter of it.",
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
    typer.Option(help="Value of pixels without data, in place of the value that the file names."),
]
DataMask = Annotated[Path | None, typer.Option(help="Image file that is black where there are no data.")]
HotPixels = Annotated[
    str | None,
    typer.Option(
        help="auto finds hot and dead pixels, which differ from all pixels around them, and fills "
        "them; an image file is a map of those of the detector, bright where they are; "
        "default none are filled."
    ),
]
Memory = Annotated[
    str | None,
    typer.Option(
        help="Limit of the memory, as 2GiB, that the solver and its copies of planes take besides "
        "program, image and result; larger images are cut into tiles; default half of the "
        "free memory, at most 2GiB."
    ),
]
OfHoles = Annotated[
    Literal["fill", "keep"],
    typer.Option(help="Whether pixels without data get what the model makes of those around them."),
]
OfType = Annotated[
    Literal["uint8", "uint16", "float32"] | None,
    typer.Option(
        help="Type of the pixels of results, float32 in units of the data; default the type of the input."
    ),
]
OfFormat = Annotated[
    Literal["png", "tiff", "npy", "jpeg"] | None,
    typer.Option("--format", help="Format of standard output; default the format of the input."),
]
