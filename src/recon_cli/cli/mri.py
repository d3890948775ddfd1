"""`recon mri`."""

from typing import Annotated

import typer

from ..errors import ReconError
from .kspace_options import KSpaceOptions
from .shared_options import with_options
from .simulate import simulate_kspace


@with_options(KSpaceOptions)
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
    *,
    options: KSpaceOptions,
) -> None:
    """Reconstruct MRI from undersampled k-space, slice by slice.

    Examples:
      recon mri --simulate brain.png --mask radial --sigma 10 -o kspace.npy
      recon mri kspace.npy --reference brain.png --figure result.png
      recon mri kspace.npy --method tv -o compared.npy
      recon mri multicoil.h5 --maps auto -o result.nii.gz
      recon mri spokes.cfl --trajectory trajectory.cfl -o result.nii.gz
      recon mri 'scans/*.h5' -o reconstructed/ --skip-existing
      cat kspace.npy | recon mri - --format png > result.png
    """
    from dataclasses import replace

    from ..executor import Executor
    from ..files.reconstructions import RECONSTRUCTION_SUFFIXES, check_reconstruction_suffix
    from ..reporting.page_view import kspace_view
    from ..workflows.mri.files import KSpaceReconstructor
    from .batch import Batch
    from .engines import refuse_jobs
    from .file_tasks import FileKind, plan_tasks
    from .shown import draw_kspace
    from .undersampling import choose_maps, choose_mask

    mask, ratio, seed, fft = options.mask, options.ratio, options.seed, options.fft
    if options.simulate is not None:
        if kspace:
            raise ReconError("give either k-space or --simulate IMAGE, not both", 2)
        config = options.config
        simulate_kspace(options.simulate, mask or "radial", ratio, options.sigma, fft, options, config=config)
        return
    if not kspace:
        raise ReconError("give a file of k-space, or --simulate IMAGE to make one", 2)
    batch = Batch.of(context, options)
    given = options.strengths.filled(options.params, "mri", options.mode)
    tasks = plan_tasks(
        kspace,
        FileKind(_KSPACE_SUFFIXES, "_recon", lambda _: ".npy", RECONSTRUCTION_SUFFIXES),
        options,
        (mask, options.maps, options.trajectory, options.params, given.model),
        options.zero_filled,
    )
    for result in {place for task in tasks for place in (task.target, task.zero_filled) if place}:
        check_reconstruction_suffix(result)
    reconstructor = KSpaceReconstructor(
        given.prior("mri", options.border),
        replace(options.solver_of(given), algorithm=options.solver, steps=options.steps),
        choose_mask(mask, ratio, seed),
        fft,
        choose_maps(options.maps),
        options.image,
        options.axes,
        options.variable,
        options.trajectory,
        options.scale,
        options.noise_level,
        options.coils,
        options.values,
        options.to_format,
        options.most,
        options.overwrite,
    )
    reconstructor.check()
    refuse_jobs(options.scheduler, options.jobs)
    with Executor(options.jobs) as executor:
        work = replace(reconstructor, executor=executor if options.jobs > 1 else None)
        batch.go(work, tasks, draw_kspace, kspace_view)


_KSPACE_SUFFIXES = (".npy", ".npz", ".mat", ".cfl", ".h5", ".hdf5")
