"""`recon mri`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from ..errors import ReconError
from .completions import bundled_names
from .kspace_options import (
    Axes,
    CoilMaps,
    ImageModel,
    KSpaceMask,
    MostCoils,
    NoiseLevel,
    Origin,
    Scale,
    Trajectory,
    Variable,
)
from .options import (
    Algorithm,
    Beta,
    Border,
    Config,
    Device,
    JsonLines,
    Lam,
    MaxIter,
    Mode,
    Overwrite,
    Params,
    Quiet,
    Ratio,
    Recursive,
    Report,
    Scheduler,
    SkipExisting,
    Steps,
    Verbose,
    Weight,
)
from .simulate import simulate_kspace


def mri(
    context: typer.Context,
    kspace: Annotated[
        list[str] | None,
        typer.Argument(
            help="k-space: npy, npz, mat, BART cfl, fastMRI or ISMRMRD HDF5 files, patterns, folders, or - "
            "for a pipe.",
            show_default=False,
        ),
    ] = None,
    mask: KSpaceMask = None,
    ratio: Ratio = 0.3,
    seed: Annotated[int, typer.Option(min=0, help="Of a generated mask and of simulated noise.")] = 0,
    maps: CoilMaps = None,
    image: ImageModel = "auto",
    fft: Origin = "centered",
    axes: Axes = None,
    variable: Variable = None,
    trajectory: Trajectory = None,
    noise_level: NoiseLevel = None,
    coils: MostCoils = None,
    scale: Scale = None,
    method: Annotated[
        Literal["model", "crr", "tv", "wavelet", "zero-filling"],
        typer.Option(
            help="The learned model, or to compare a learned convex ridge regulariser, total variation, "
            "sparse wavelets or zero-filling."
        ),
    ] = "model",
    model: Annotated[
        str | None,
        typer.Option(
            help="Bundled name or file of a dictionary, default what suits the noise, for crr of a ridge "
            "regulariser, default that of sigma 25.",
            autocompletion=bundled_names,
        ),
    ] = None,
    params: Params = None,
    beta: Beta = None,
    lam: Lam = None,
    weight: Weight = None,
    mode: Mode = "settled",
    solver: Algorithm = "admm",
    steps: Steps = 2,
    border: Border = "extend",
    tol: Annotated[
        float | None,
        typer.Option(
            help="Stop rule; default 1.7 grey levels of 255 from the minimum (settled), less at low noise, "
            "a gap of 1e-3 (full, tv), a relative change of J of 1e-8 (ipalm) or of the image of 1e-5 (crr)."
        ),
    ] = None,
    max_iter: MaxIter = 10_000,
    device: Device = "auto",
    memory: Annotated[
        str | None,
        typer.Option(
            help="Most memory for a frame, as 2GiB: one that takes more is refused, since k-space cannot be "
            "cut in tiles; default what is free."
        ),
    ] = None,
    jobs: Annotated[
        int, typer.Option(help="Number of processes, each of which solves a frame of a file.")
    ] = 1,
    output: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            help="File (npy, cfl, h5, png, tif, nii, nii.gz), folder (made if it ends in a slash), or -; "
            "default <name>_recon.npy beside k-space.",
        ),
    ] = None,
    recursive: Recursive = False,
    overwrite: Overwrite = False,
    skip_existing: SkipExisting = False,
    to_format: Annotated[
        Literal["npy", "h5", "png", "tif", "nii"], typer.Option("--format", help="Of standard output.")
    ] = "npy",
    values: Annotated[
        Literal["magnitude", "complex"], typer.Option(help="What is written of complex images.")
    ] = "magnitude",
    zero_filled: Annotated[
        str | None,
        typer.Option(
            help="Also write the zero-filled image that the solver starts from; for several files a suffix, "
            "as .npy."
        ),
    ] = None,
    reference: Annotated[
        Path | None,
        typer.Option(
            help="Image of full k-space, for PSNR, SSIM and NRMSE in the report; for several files a folder "
            "of them."
        ),
    ] = None,
    figure: Annotated[
        str | None,
        typer.Option(
            help="Zero-filled image, result, difference and mask: png, pdf or svg; for several files a "
            "suffix, as .pdf."
        ),
    ] = None,
    report: Report = None,
    scheduler: Scheduler = None,
    simulate: Annotated[
        Path | None, typer.Option(help="Make k-space from this image instead, with --mask and --noise.")
    ] = None,
    noise: Annotated[float, typer.Option(min=0, help="Of simulated k-space, in 8-bit units.")] = 0.0,
    config: Config = None,
    json: JsonLines = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Reconstruct MRI from undersampled k-space, slice by slice.

    Examples:
      recon mri --simulate brain.png --mask radial --noise 10 -o kspace.npy
      recon mri kspace.npy --reference brain.png --figure result.png
      recon mri kspace.npy --method tv -o compared.npy
      recon mri multicoil.h5 --maps auto -o result.nii.gz
      recon mri spokes.cfl --trajectory trajectory.cfl -o result.nii.gz
      recon mri 'scans/*.h5' -o reconstructed/ --skip-existing
      cat kspace.npy | recon mri - --format png > result.png
    """
    from dataclasses import replace

    from ..executor import Executor
    from ..files.parameters import named_model
    from ..files.reconstructions import RECONSTRUCTION_SUFFIXES, check_reconstruction_suffix
    from ..solver import Solver
    from ..workflows.memory import parse_memory
    from ..workflows.mri.files import KSpaceReconstructor
    from .batch import Batch
    from .engines import refuse_jobs
    from .file_tasks import FileKind, make_folders, plan_tasks
    from .pages import Pages
    from .repeat import command_of
    from .shown import draw_kspace, view_kspace
    from .strengths import Strengths
    from .undersampling import choose_maps, choose_mask

    if simulate is not None:
        if kspace:
            raise ReconError("give either k-space or --simulate IMAGE, not both", 2)
        simulate_kspace(
            simulate, output, mask or "radial", ratio, seed, noise, fft, config, overwrite, json, quiet
        )
        return
    if not kspace:
        raise ReconError("give a file of k-space, or --simulate IMAGE to make one", 2)
    batch = Batch.from_options(
        context,
        scheduler=scheduler,
        overwrite=overwrite,
        skip_existing=skip_existing,
        json=json,
        quiet=quiet,
        verbose=verbose,
    )
    tasks = plan_tasks(
        kspace,
        FileKind(_KSPACE_SUFFIXES, "_recon", lambda _: ".npy", RECONSTRUCTION_SUFFIXES),
        output,
        recursive=recursive,
        reference=reference,
        figure=figure,
        report=report,
        zero_filled=zero_filled,
        others=(mask, maps, trajectory, params, config, model or (named_model(params) if params else None)),
    )
    for result in {place for task in tasks for place in (task.target, task.zero_filled) if place}:
        check_reconstruction_suffix(result)
    given = Strengths(method, model, {"beta": beta, "lam": lam, "weight": weight}, tol)
    given = given.filled(params, "mri", mode)
    reconstructor = KSpaceReconstructor(
        given.prior("mri", border),
        Solver(mode, given.tol, max_iter, device, solver, steps=steps),
        choose_mask(mask, ratio, seed),
        fft,
        choose_maps(maps),
        image,
        axes,
        variable,
        trajectory,
        scale,
        noise_level,
        coils,
        values,
        to_format,
        None if memory is None else parse_memory(memory),
        overwrite,
    )
    reconstructor.check()
    make_folders(tasks, output)
    refuse_jobs(scheduler, jobs)
    with Executor(jobs) as executor:
        work = replace(reconstructor, executor=executor if jobs > 1 else None)
        batch.go(work, tasks, draw_kspace, Pages(command_of(context), view_kspace, report))


_KSPACE_SUFFIXES = (".npy", ".npz", ".mat", ".cfl", ".h5", ".hdf5")
