"""`recon mri`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from .options import (
    Algorithm,
    Beta,
    Config,
    Device,
    Json,
    Lam,
    MaxIter,
    Mode,
    Params,
    Quiet,
    Ratio,
    Steps,
    Weight,
)
from .simulate import simulate_kspace
from .undersampling import choose_undersampling

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..files.kspace.samples import KSpace
    from ..workflows.mri.study import Maps


def mri(
    context: typer.Context,
    kspace: Annotated[
        Path | None,
        typer.Argument(
            help="k-space: npy, npz, mat, BART cfl, fastMRI or ISMRMRD HDF5; or - for a pipe.",
            show_default=False,
        ),
    ] = None,
    mask: Annotated[
        str | None,
        typer.Option(
            help="File (npy, npz, mat, png, cfl), or radial, cartesian, random to undersample full "
            "k-space. Without it, exact zeros were not sampled."
        ),
    ] = None,
    ratio: Ratio = 0.3,
    seed: Annotated[int, typer.Option(min=0, help="Of a generated mask and of simulated noise.")] = 0,
    maps: Annotated[
        str | None,
        typer.Option(help="Coil maps: file (npy, npz, mat, cfl), or auto to estimate them by ESPIRiT."),
    ] = None,
    image: Annotated[
        Literal["auto", "real", "complex"],
        typer.Option(help="Pixels in [0, 1], or complex with magnitude up to 1; auto looks at the phase."),
    ] = "auto",
    fft: Annotated[
        Literal["centered", "uncentered", "shifted"],
        typer.Option(help="Origin: middle, index 0, or as of fftshift(fft2(image)) middle of k-space alone."),
    ] = "centered",
    axes: Annotated[
        str | None,
        typer.Option(
            help="A letter an axis of the array: t time, s slice, c coil, y, x, 1 to drop; as scyx."
        ),
    ] = None,
    scale: Annotated[
        float | None,
        typer.Option(help="Factor for k-space, undone in the result; default brings bright pixels to 0.8."),
    ] = None,
    method: Annotated[
        Literal["model", "crr", "tv", "zero-filling"],
        typer.Option(
            help="The learned model, or to compare a learned convex ridge regulariser, total variation or "
            "zero-filling."
        ),
    ] = "model",
    model: Annotated[
        str | None,
        typer.Option(
            help="Bundled name or file of a dictionary, default sigma25-reweighted, for crr of a ridge "
            "regulariser, default that of sigma 25."
        ),
    ] = None,
    params: Params = None,
    beta: Beta = None,
    lam: Lam = None,
    weight: Weight = None,
    mode: Mode = "full",
    solver: Algorithm = "admm",
    steps: Steps = 2,
    tol: Annotated[
        float | None,
        typer.Option(
            help="Stop rule; default a certified gap of 1e-3 (full, tv), a relative change of J of 1e-8 "
            "(ipalm) or of the image of 1e-5 (crr)."
        ),
    ] = None,
    max_iter: MaxIter = 10_000,
    device: Device = "auto",
    place: Annotated[
        Path | None,
        typer.Option(
            "-o",
            metavar="FILE",
            help="PatchSolution: npy, cfl, h5, png, tif, nii, nii.gz, or -; default <name>_recon.npy.",
        ),
    ] = None,
    to_format: Annotated[
        Literal["npy", "h5", "png", "tif", "nii"], typer.Option("--format", help="Of standard output.")
    ] = "npy",
    output: Annotated[
        Literal["magnitude", "complex"], typer.Option(help="What is written of complex images.")
    ] = "magnitude",
    zero_filled: Annotated[
        Path | None, typer.Option(help="Also write the zero-filled image that the solver starts from.")
    ] = None,
    reference: Annotated[
        Path | None, typer.Option(help="Image of full k-space, for PSNR, SSIM and NRMSE in the report.")
    ] = None,
    figure: Annotated[
        Path | None, typer.Option(help="Zero-filled image, result, difference and mask: png, pdf or svg.")
    ] = None,
    simulate: Annotated[
        Path | None, typer.Option(help="Make k-space from this image instead, with --mask and --noise.")
    ] = None,
    noise: Annotated[float, typer.Option(min=0, help="Of simulated k-space, in 8-bit units.")] = 0.0,
    config: Config = None,
    json: Json = False,
    quiet: Quiet = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace existing files.")] = False,
) -> None:
    """Reconstruct MRI from undersampled k-space, slice by slice.

    Examples:
      recon mri --simulate brain.png --mask radial --noise 10 -o kspace.npy
      recon mri kspace.npy --reference brain.png --figure result.png
      recon mri kspace.npy --method tv -o compared.npy
      recon mri multicoil.h5 --maps auto -o result.nii.gz
      cat kspace.npy | recon mri - --format png > result.png
    """
    import numpy as np

    from ..errors import ReconError
    from ..files.figures import check_figure_suffix, write_figure
    from ..files.kspace.read import read_kspace
    from ..files.outputs import check_outputs
    from ..files.pipes import PIPE, Pipes
    from ..files.reconstructions import check_reconstruction_suffix, write_reconstruction
    from ..files.references import read_reference
    from ..files.streams import write_stdout
    from ..quality.scores import cut_middle, score
    from ..reporting.mri_json import mri_line
    from ..reporting.mri_report import print_mri_report
    from ..reporting.progress import say, solver_progress
    from ..solver import Solver
    from ..workflows.mri.frames import reconstruct_frames
    from ..workflows.mri.study import prepare
    from .strengths import Strengths

    if simulate is not None:
        if kspace is not None:
            raise ReconError("give either k-space or --simulate IMAGE, not both", 2)
        simulate_kspace(
            simulate, place, mask or "radial", ratio, seed, noise, fft, config, overwrite, json, quiet
        )
        return
    if kspace is None:
        raise ReconError("give a file of k-space, or --simulate IMAGE to make one", 2)
    place = place or (PIPE if kspace == PIPE else kspace.with_name(f"{kspace.stem}_recon.npy"))
    pipes = context.with_resource(Pipes())
    target = pipes.target(place, f".{to_format}")
    for path in filter(None, (target, zero_filled)):
        check_reconstruction_suffix(path)
    if figure:
        check_figure_suffix(figure)
    given = Strengths(method, model, {"beta": beta, "lam": lam, "weight": weight}, tol)
    given = given.filled(params, "mri", mode)
    model = given.model
    inputs = (kspace, mask, maps, reference, params, model, config)
    check_outputs((target, zero_filled, figure), inputs, overwrite)
    prior = given.prior("mri")
    chosen = Solver(mode, given.tol, max_iter, device, solver, steps=steps)
    prepared = prior.prepare("mri", None, chosen)  # what is missing is said before the work
    with pipes.source(kspace) as source:
        measured = read_kspace(source, axes)
    for path in filter(None, (target, zero_filled)):
        check_reconstruction_suffix(path, len(measured.samples))
    truth = read_reference(reference) if reference else None
    if truth:
        cut_middle(measured.samples[:, 0], truth.images.shape)  # whether it fits is said before the work
    study = prepare(
        measured.samples,
        choose_undersampling(mask, ratio, seed, measured),
        fft,
        maps=_maps(maps, measured),
        image=image,
        scale=scale,
    )
    for sentence in () if quiet else study.warnings:
        say(f"warning: {sentence}")
    count = chosen.fixed_steps if method == "model" else None

    def follow(words: str) -> Any:
        return solver_progress(words or method, count, prepared.used.tolerance, quiet)

    done, starts, counts = reconstruct_frames(study, prepared, chosen, follow)
    images, starts = _as_written(np.asarray(done.image), output), _as_written(starts, output)
    write_reconstruction(target, images, measured.frame_shape, measured.voxel)
    if zero_filled:
        write_reconstruction(zero_filled, starts, measured.frame_shape, measured.voxel)
    scores = (score(images, truth), score(starts, truth)) if truth else None
    if figure:
        from ..reporting.mri_figure import middle_frame

        write_figure(figure, middle_frame(study, images, starts, truth))
    pipes.send()
    if not quiet:
        print_mri_report(kspace, place, measured, study, done, counts, scores)
    if json:
        line = mri_line(kspace, place, measured, study, done, counts, scores)
        if place == PIPE:
            typer.echo(line, err=True)
        else:
            write_stdout(f"{line}\n".encode())


def _maps(maps: str | None, measured: "KSpace") -> "Maps":
    from ..files.coil_maps import read_maps

    if maps is None:
        return measured.maps
    return "auto" if maps == "auto" else read_maps(Path(maps))


def _as_written(stack: "NDArray[Any]", output: str) -> "NDArray[Any]":
    """Return frames; the magnitude of complex ones unless they are wanted."""
    import numpy as np

    return np.abs(stack) if np.iscomplexobj(stack) and output == "magnitude" else stack
