"""What `recon tune` reads: images with their references, or k-space, or the examples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ReconError
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
        options.level is not None or task == "tomography",
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
    from ..files.kspace.read import read_kspace
    from ..files.kspace.unit import multiplied
    from ..files.references import read_reference
    from ..quality.scores import Reference
    from ..workflows.mri.finishing import series_of
    from ..workflows.mri.noise import known_noise
    from ..workflows.mri.study import prepare
    from ..workflows.tune.kspace import kspace_cases
    from .undersampling import choose_mask

    options, level = inputs.options, inputs.options.level
    truths: list[Reference | None] = [read_reference(path) for path in inputs.references]
    chosen = choose_mask(options.mask, options.ratio, options.seed)
    cases: list[Case] = []
    sentences = []
    for path, truth in zip(inputs.images, truths or [None] * len(inputs.images), strict=True):
        measured = read_kspace(path, options.axes)
        if measured.details.trajectory is not None:
            raise ReconError(f"{path} holds readouts with a trajectory; Cartesian k-space can be tuned on")
        undersampling = chosen.of(measured)
        unit = measured.unit
        study = prepare(
            measured.samples,
            undersampling,
            options.fft,
            maps=measured.maps,
            scale=None if options.scale is None else options.scale * unit,
            noise=known_noise(measured.noise, None if level is None else level / 255, unit),
            calibration=measured.details.calibration,
            series=series_of(measured),
        )
        sentences += [f"warning: {path}: {sentence}" for sentence in study.warnings]
        if truth is not None:
            truth = Reference(multiplied(truth.images, 1 / unit), truth.peak / unit)
        known = None if level is None else level / unit
        if known is None and measured.noise is not None:
            known = 255 * float(measured.noise.diagonal().real.mean()) ** 0.5
        cases += kspace_cases(study, truth, known, criterion, options.seed)
    return tuple(cases), sentences
