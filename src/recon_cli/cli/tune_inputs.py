"""What `recon tune` reads: images with their references, or k-space, or the examples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .tune_seen import photographs, scans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..priors.prior import Prior
    from ..quality.scores import Reference
    from ..tasks import TaskName
    from ..workflows.tune.case import Case
    from ..workflows.tune.evaluation import Objective
    from .tune_options import Inputs


def find_files(
    words: Sequence[str], references: Sequence[Path], task: TaskName
) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Return the images or k-space files that are meant, and their references.

    Args:
        words: files, patterns, folders, or `-` for standard input.
        references: files, or one folder with a file of the name of each image.
        task: decides which files are taken from folders.

    Raises:
        ReconError: when nothing is found.
    """
    from ..files.images import SUFFIXES
    from ..files.inputs import find_inputs
    from ..files.kspace.write import KSPACE_SUFFIXES

    suffixes = KSPACE_SUFFIXES if task == "mri" else SUFFIXES
    images = tuple(found.path for found in find_inputs(words, suffixes, recursive=False, endings=()))
    if len(references) == 1 and references[0].is_dir():
        references = [references[0] / image.name for image in images]
    return images, tuple(references)


def read_objective(inputs: Inputs, prior: Prior) -> tuple[Objective, list[str]]:
    """Read all files and choose the criterion.

    Args:
        inputs: what the user asked for.
        prior: whose strengths are sought; its model is read.

    Returns:
        What is optimised, and sentences for the user.

    Raises:
        ReconError: when a file cannot be read, files do not fit together, or the criterion does not suit.
    """
    from ..workflows.tune.criteria import choose_criterion
    from ..workflows.tune.evaluation import Objective, search_solver

    options = inputs.options
    task, mode = options.task, options.mode
    criterion = choose_criterion(
        options.criterion,
        task,
        inputs.is_clean or bool(inputs.references),
        options.level is not None or task in ("mri", "tomography"),  # where it is estimated
    )
    read = {"denoise": _read_images, "mri": _read_kspace, "tomography": scans}.get(task, photographs)
    cases, sentences = read(inputs, criterion.name)
    measured = cases[0].measurement
    prior = prior.read(measured.task, measured.sigma, mode)
    solver = search_solver(prior, mode, options.device, held=task == "mri" and criterion.name == "holdout")
    return Objective(cases, criterion, prior, solver), sentences


def _read_images(inputs: Inputs, criterion: str) -> tuple[tuple[Case, ...], list[str]]:
    from ..files.images import read_grey, read_luma
    from ..workflows.tune.denoising import add_noise, denoising_cases
    from ..workflows.tune.examples import example_images

    sigma, seed, clean = inputs.options.level, inputs.options.seed, inputs.is_clean
    assert sigma is not None
    read = read_luma if clean else read_grey
    images = [plane for path in inputs.images for plane in read(path)] or example_images()
    references = [plane for path in inputs.references for plane in read_grey(path)] or None
    sentences = []
    if not inputs.images or clean:
        named = "the images count as clean" if inputs.images else "tuning on crops of example images"
        sentences.append(f"{named}; noise of sigma {sigma:g}, seed {seed}, is added to them")
        references, images = images, add_noise(images, sigma, seed)
    return denoising_cases(images, references, sigma, criterion, inputs.options.mode, seed), sentences


def _read_kspace(inputs: Inputs, criterion: str) -> tuple[tuple[Case, ...], list[str]]:
    from ..engine.certificate import GREY_LEVELS
    from ..files.kspace.read import read_kspace
    from ..files.kspace.unit import multiplied
    from ..files.references import read_reference
    from ..quality.scores import Reference
    from ..workflows.mri.readouts import with_trajectory
    from ..workflows.mri.study_of_file import study_of
    from ..workflows.tune.kspace import kspace_cases
    from .undersampling import choose_maps, choose_mask

    options = inputs.options
    truths: list[Reference | None] = [read_reference(path) for path in inputs.references]
    mask, maps = choose_mask(options.mask, options.ratio, options.seed), choose_maps(options.maps)
    cases: list[Case] = []
    sentences = []
    for path, truth in zip(inputs.images, truths or [None] * len(inputs.images), strict=True):
        measured = with_trajectory(read_kspace(path, options.axes, options.variable), options.trajectory)
        study = study_of(
            measured,
            mask,
            options.fft,
            maps=maps,
            image=options.image,
            scale=options.scale,
            noise_level=None if options.level is None else options.level / GREY_LEVELS,
            coils=options.coils,
        )
        said = (*measured.details.remarks, *study.warnings)
        sentences += [f"warning: {path}: {sentence}" for sentence in said]
        if truth is not None:
            truth = Reference(multiplied(truth.images, 1 / measured.unit), truth.peak / measured.unit)
        cases += kspace_cases(study, truth, criterion, options.seed)
    return tuple(cases), sentences
