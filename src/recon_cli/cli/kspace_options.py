"""Options of `recon mri`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from .file_options import FileOptions
from .options import (
    Algorithm,
    Border,
    Mode,
    Origin,
    Params,
    Ratio,
    ReconstructionFormat,
    Steps,
    bundled_names,
)


@dataclass(frozen=True, eq=False, repr=False)
class KSpaceOptions(FileOptions):
    """Those of k-space, and those that differ in other commands."""

    mask: Annotated[
        str | None,
        typer.Option(
            help="File (npy, npz, mat, png, cfl), or radial, cartesian, random to undersample full "
            "k-space. Without it, exact zeros were not sampled."
        ),
    ] = None
    ratio: Ratio = 0.3
    seed: Annotated[int, typer.Option(min=0, help="Seed of a generated mask and of simulated noise.")] = 0
    maps: Annotated[
        str | None,
        typer.Option(help="Coil maps: file (npy, npz, mat, cfl), or auto to estimate them by ESPIRiT."),
    ] = None
    image: Annotated[
        Literal["auto", "real", "complex"],
        typer.Option(
            help="Pixels of the image: real in [0, 1], or complex with a magnitude of at most 1; auto "
            "decides by the phase."
        ),
    ] = "auto"
    fft: Annotated[
        Origin,
        typer.Option(
            help="Origin of image and k-space: in the middle, at index 0, or, as of "
            "fftshift(fft2(image)), in the middle of k-space alone."
        ),
    ] = "centered"
    axes: Annotated[
        str | None,
        typer.Option(
            help="One letter for each axis of the array: t time, s slice, c coil, y, x, 1 for an axis "
            "to drop; as scyx."
        ),
    ] = None
    variable: Annotated[
        str | None,
        typer.Option(help="Name of k-space in a MATLAB or npz file that holds several arrays."),
    ] = None
    trajectory: Annotated[
        Path | None,
        typer.Option(
            help="File (npy, npz, mat, cfl) of the trajectory of readouts that lie on no grid: two "
            "coordinates for each sample, in cycles per field of view."
        ),
    ] = None
    noise_level: Annotated[
        float | None,
        typer.Option(help="Standard deviation of the complex noise, in units of k-space; default measured."),
    ] = None
    coils: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Largest number of virtual coils that the coils are compressed to; default as many as hold "
            "more than noise.",
        ),
    ] = None
    scale: Annotated[
        float | None,
        typer.Option(
            help="Factor that k-space is multiplied by, undone in the result; default the one that "
            "brings bright pixels to 0.8."
        ),
    ] = None
    method: Annotated[
        Literal["model", "crr", "tv", "wavelet", "zero-filling"],
        typer.Option(
            help="The learned model, or for comparison a learned convex ridge regulariser, total "
            "variation, sparse wavelets or zero-filling."
        ),
    ] = "model"
    model: Annotated[
        str | None,
        typer.Option(
            help="Name of a bundled model or model file: a dictionary, by default the one that suits "
            "the noise; for crr a ridge regulariser, by default that of sigma 25.",
            autocompletion=bundled_names,
        ),
    ] = None
    params: Params = None
    mode: Mode = "settled"
    solver: Algorithm = "admm"
    steps: Steps = 2
    border: Border = "extend"
    tol: Annotated[
        float | None,
        typer.Option(
            help="Stop rule; default 0.6 grey levels of 255 from the minimum (settled), less at low noise, "
            "a gap of 1e-3 (full, tv), a relative change of J of 1e-8 (ipalm) or of the image of 1e-5 (crr)."
        ),
    ] = None
    memory: Annotated[
        str | None,
        typer.Option(
            help="Limit of the memory for a frame, as 2GiB: one that takes more is refused, since "
            "k-space cannot be cut into tiles; default the free memory."
        ),
    ] = None
    jobs: Annotated[
        int, typer.Option(help="Number of processes, each of which solves a frame of a file.")
    ] = 1
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            help="File (npy, cfl, h5, png, tif, nii, nii.gz), folder (made if it ends in a slash), or -; "
            "default <name>_recon.npy beside k-space.",
        ),
    ] = None
    to_format: ReconstructionFormat = "npy"
    values: Annotated[
        Literal["magnitude", "complex"], typer.Option(help="What is written of complex images.")
    ] = "magnitude"
    zero_filled: Annotated[
        str | None,
        typer.Option(
            help="Also write the zero-filled image that the solver starts from; for several files a suffix, "
            "as .npy."
        ),
    ] = None
    reference: Annotated[
        Path | None,
        typer.Option(
            help="Image of full k-space, for PSNR, SSIM and NRMSE in the report; for several files a folder "
            "of them."
        ),
    ] = None
    figure: Annotated[
        str | None,
        typer.Option(
            help="Zero-filled image, result, difference and mask: png, pdf or svg; for several files a "
            "suffix, as .pdf."
        ),
    ] = None
    simulate: Annotated[
        Path | None, typer.Option(help="Make k-space from this image instead, with --mask and --sigma.")
    ] = None
    sigma: Annotated[
        float,
        typer.Option(min=0, help="With --simulate: level of the added noise, in 8-bit grey levels."),
    ] = 0.0
