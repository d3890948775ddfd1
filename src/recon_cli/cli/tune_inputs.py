"""What `recon tune` reads: images with their references, or k-space, or the examples."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..arguments import positive
from ..errors import ReconError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..device import Device
    from ..engine.operators.fourier import Origin
    from ..modes import Mode
    from ..priors.prior import Prior
    from ..quality.scores import Reference
    from ..workflows.tune.case import Case
    from ..workflows.tune.criteria import TuneTask
    from ..workflows.tune.evaluation import Objective
    from .tune_seen import SeenOptions

_EXAMPLES = {"denoise": 25.0, "deconvolve": 2.0, "inpaint": 5.0, "upscale": 1.0}
"""Noise levels of the examples, in 8-bit grey levels, of tasks whose images need one."""


@dataclass(frozen=True)
class Inputs:
    """The options of `recon tune` that say what is tuned on.

    Attributes:
        images: images or k-space; none takes the examples.
        references: clean images, as many, or none.
        task: what is tuned.
        sigma: noise level, in 8-bit grey levels, of projections as `recon tomography` takes it; or None.
        mode: of the solver.
        criterion: its name; None takes what suits.
        seed: of all chance.
        device: `auto`, `cpu` or `cuda`.
        mask: of k-space, or of a picture's pixels with data.
        ratio: of a generated mask.
        fft: where image and k-space have their origin.
        axes: letters of k-space's axes, or None.
        scale: factor for k-space, or None.
        seen: what cameras and scans do.
    """

    images: tuple[Path, ...]
    references: tuple[Path, ...]
    task: TuneTask
    sigma: str | None
    mode: Mode
    criterion: str | None
    seed: int
    device: Device
    mask: str | None
    ratio: float
    fft: Origin
    axes: str | None
    scale: float | None
    seen: SeenOptions

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
        if self.task in _EXAMPLES and self.images and self.sigma is None:
            raise ReconError(f"give the noise level of the images, as --sigma {_EXAMPLES[self.task]:g}", 2)
        if self.level is not None:
            positive("--sigma", self.level)

    @property
    def level(self) -> float | None:
        """The noise level, in 8-bit grey levels, that of the examples included; None of projections."""
        if self.task == "tomography":
            return None
        if self.sigma is None:
            return _EXAMPLES.get(self.task)
        try:
            return float(self.sigma)
        except ValueError:
            raise ReconError(f"--sigma takes a number, as 25, and is {self.sigma}", 2) from None

    @property
    def is_clean(self) -> bool:
        """Whether the images count as clean, so that data of them are simulated."""
        return self.task != "mri" and self.criterion in (None, "psnr", "ssim") and not self.references

    def settings(self) -> dict[str, Any]:
        """Return what decides the evaluations besides the images, as plain JSON values."""
        names = ("task", "mode", "seed", "fft", "axes", "scale")
        fields = asdict(self)
        own = {} if self.task in ("denoise", "mri") else {"seen": _plain(fields["seen"]), "given": self.sigma}
        return {name: fields[name] for name in names} | {"sigma": self.level} | own


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Path) else value for name, value in fields.items()}


def find_files(
    words: Sequence[str], references: Sequence[Path], task: TuneTask
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

    criterion = choose_criterion(
        inputs.criterion,
        inputs.task,
        inputs.is_clean or bool(inputs.references),
        inputs.level is not None or inputs.task == "tomography",
    )
    read = {"denoise": _read_images, "mri": _read_kspace, "tomography": _read_scans}
    cases, sentences = read.get(inputs.task, _read_photographs)(inputs, criterion.name)
    measured = cases[0].measurement
    prior = prior.read(measured.task, measured.sigma, inputs.mode)
    solver = search_solver(prior, inputs.mode, inputs.device)
    return Objective(cases, criterion, prior, solver), sentences


def _read_images(inputs: Inputs, criterion: str) -> tuple[tuple[Case, ...], list[str]]:
    from ..files.images import read_grey, read_luma
    from ..workflows.tune.denoising import add_noise, denoising_cases
    from ..workflows.tune.examples import example_images

    sigma = inputs.level
    assert sigma is not None
    clean = inputs.is_clean
    read = read_luma if clean else read_grey
    images = [plane for path in inputs.images for plane in read(path)] or example_images()
    references = [plane for path in inputs.references for plane in read_grey(path)] or None
    sentences = []
    if not inputs.images or clean:
        named = "the images count as clean" if inputs.images else "tuning on crops of example images"
        sentences.append(f"{named}; noise of sigma {sigma:g}, seed {inputs.seed}, is added to them")
        references, images = images, add_noise(images, sigma, inputs.seed)
    return denoising_cases(images, references, sigma, criterion, inputs.mode, inputs.seed), sentences


def _read_photographs(inputs: Inputs, criterion: str) -> tuple[tuple[Case, ...], list[str]]:
    from .tune_seen import photographs

    assert inputs.level is not None
    return photographs(
        inputs.seen,
        inputs.task,
        inputs.images,
        inputs.references,
        inputs.mask,
        inputs.level,
        criterion,
        inputs.seed,
        inputs.is_clean,
    )


def _read_scans(inputs: Inputs, criterion: str) -> tuple[tuple[Case, ...], list[str]]:
    from .tune_seen import scans

    return scans(
        inputs.seen,
        inputs.images,
        inputs.references,
        inputs.sigma,
        criterion,
        inputs.seed,
        inputs.is_clean,
    )


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
        noise = known_noise(measured.noise, None if inputs.level is None else inputs.level / 255)
        study = prepare(
            measured.samples, undersampling, inputs.fft, maps=measured.maps, scale=inputs.scale, noise=noise
        )
        sentences += [f"warning: {path}: {sentence}" for sentence in study.warnings]
        cases += kspace_cases(study, truth, inputs.level, criterion, inputs.seed)
    return tuple(cases), sentences
