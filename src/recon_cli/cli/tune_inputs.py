"""What `recon tune` reads: images with their references, or k-space, or the examples."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..errors import ReconError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..device import Device
    from ..engine.operators.fourier import Origin
    from ..modes import Mode
    from ..priors.prior import Prior
    from ..quality.scores import Reference
    from ..workflows.tune.case import Case
    from ..workflows.tune.evaluation import Objective

EXAMPLE_SIGMA = 25.0


@dataclass(frozen=True)
class Inputs:
    """The options of `recon tune` that say what is tuned on.

    Attributes:
        images: images or k-space; none takes the examples.
        references: clean images, as many, or none.
        task: `denoise` or `mri`.
        sigma: noise level, in 8-bit grey levels, or None.
        mode: of the solver.
        criterion: its name; None takes what suits.
        seed: of all chance.
        device: `auto`, `cpu` or `cuda`.
        mask: of k-space.
        ratio: of a generated mask.
        fft: where image and k-space have their origin.
        axes: letters of k-space's axes, or None.
        scale: factor for k-space, or None.
    """

    images: tuple[Path, ...]
    references: tuple[Path, ...]
    task: Literal["denoise", "mri"]
    sigma: float | None
    mode: Mode
    criterion: str | None
    seed: int
    device: Device
    mask: str | None
    ratio: float
    fft: Origin
    axes: str | None
    scale: float | None

    def __post_init__(self) -> None:
        """Raise a ReconError for what does not go together."""
        from ..workflows.tune.criteria import check_criterion

        if self.criterion:
            check_criterion(self.criterion, self.task)
        if self.references and len(self.references) != len(self.images):
            raise ReconError(
                f"there are {len(self.images)} images and {len(self.references)} references; give "
                "--reference once for each image",
                2,
            )
        if self.task == "mri" and not self.images:
            raise ReconError("give the k-space files to tune MRI on", 2)
        if self.task == "denoise" and self.images and self.sigma is None:
            raise ReconError("give the noise level of the images, as --sigma 25", 2)

    @property
    def level(self) -> float | None:
        """The noise level, in 8-bit grey levels, that of the examples included."""
        return EXAMPLE_SIGMA if self.sigma is None and self.task == "denoise" else self.sigma

    def settings(self) -> dict[str, Any]:
        """Return what decides the evaluations besides the images, as plain JSON values."""
        names = ("task", "mode", "seed", "fft", "axes", "scale")
        fields = asdict(self)
        return {name: fields[name] for name in names} | {"sigma": self.level}


def find_files(
    words: Sequence[str], references: Sequence[Path], task: Literal["denoise", "mri"]
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

    suffixes = SUFFIXES if task == "denoise" else KSPACE_SUFFIXES
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

    clean = inputs.task == "denoise" and inputs.criterion in (None, "psnr", "ssim")
    criterion = choose_criterion(
        inputs.criterion, inputs.task, clean or bool(inputs.references), inputs.level
    )
    read = _read_images if inputs.task == "denoise" else _read_kspace
    cases, sentences = read(inputs, criterion.name)
    prior = prior.read(inputs.task, cases[0].measurement.sigma, inputs.mode)
    solver = search_solver(prior, inputs.mode, inputs.device)
    return Objective(cases, criterion, prior, solver), sentences


def _read_images(inputs: Inputs, criterion: str) -> tuple[tuple[Case, ...], list[str]]:
    from ..files.images import read_grey, read_luma
    from ..workflows.tune.denoising import add_noise, denoising_cases
    from ..workflows.tune.examples import example_images

    sigma = inputs.level
    assert sigma is not None
    clean = criterion in ("psnr", "ssim") and not inputs.references
    read = read_luma if clean else read_grey
    images = [plane for path in inputs.images for plane in read(path)] or example_images()
    references = [plane for path in inputs.references for plane in read_grey(path)] or None
    sentences = []
    if not inputs.images or clean:
        named = "the images count as clean" if inputs.images else "tuning on crops of example images"
        sentences.append(f"{named}; noise of sigma {sigma:g}, seed {inputs.seed}, is added to them")
        references, images = images, add_noise(images, sigma, inputs.seed)
    return denoising_cases(images, references, sigma, criterion, inputs.mode, inputs.seed), sentences


def _read_kspace(inputs: Inputs, criterion: str) -> tuple[tuple[Case, ...], list[str]]:
    from ..files.kspace.read import read_kspace
    from ..files.references import read_reference
    from ..workflows.mri.noise import known_noise
    from ..workflows.mri.study import prepare
    from ..workflows.tune.kspace import kspace_cases
    from .undersampling import choose_undersampling

    truths: list[Reference | None] = [read_reference(path) for path in inputs.references]
    cases: list[Case] = []
    sentences = []
    for path, truth in zip(inputs.images, truths or [None] * len(inputs.images), strict=True):
        measured = read_kspace(path, inputs.axes)
        if measured.details.trajectory is not None:
            raise ReconError(f"{path} holds readouts with a trajectory; Cartesian k-space can be tuned on")
        undersampling = choose_undersampling(inputs.mask, inputs.ratio, inputs.seed, measured)
        noise = known_noise(measured.noise, None if inputs.sigma is None else inputs.sigma / 255)
        study = prepare(
            measured.samples, undersampling, inputs.fft, maps=measured.maps, scale=inputs.scale, noise=noise
        )
        sentences += [f"warning: {path}: {sentence}" for sentence in study.warnings]
        cases += kspace_cases(study, truth, inputs.sigma, criterion, inputs.seed)
    return tuple(cases), sentences
