"""What is done with each file of data that are no picture: tomography, and operators of the user."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ..files.outputs import check_place
from ..files.pipes import PIPE, Pipes
from ..files.reconstructions import check_reconstruction_suffix, write_reconstruction
from ..files.references import read_reference
from ..quality.scores import Reference, Scores, cut_middle, score
from .file_workflow import FileDescription, FileTask, FileWorkflow, Follow, Rows
from .frames import Measurements, reconstruct_frames
from .memory import check_memory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..priors.prior import Prior
    from ..reconstruction import Reconstruction
    from ..solver import Solver

_SCORES = (("PSNR", "psnr", ".2f", " dB"), ("SSIM", "ssim", ".4f", ""), ("NRMSE", "nrmse", ".4f", ""))


class DataStudy(Measurements, Protocol):
    """Images that are to be reconstructed from data, of one size."""

    @property
    def level(self) -> float:
        """Noise level whose strengths suit, in 8-bit grey levels."""

    @property
    def field(self) -> NDArray[np.bool_]:
        """Where the data tell of a picture, `(height, width)`; elsewhere it is 0."""

    @property
    def image_shape(self) -> tuple[int, int]:
        """Height and width of what is solved, which may be larger than a picture."""

    @property
    def said(self) -> str:
        """What was found of the data, in words."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """The same for a line of JSON."""

    def solver(self, solver: Solver) -> Solver:
        """Return the solver with the tolerance that is usual, where none was given."""

    def pictures(self, images: NDArray[Any]) -> NDArray[np.float32]:
        """Return pictures in the units of the data of images that were solved."""


class Loaded(NamedTuple):
    """Data that were read.

    Attributes:
        said: how they were understood, in words.
        study: their images, ready to be reconstructed.
        shown: the data of each image, for a figure, `(images, ...)`.
        truth: the reference, where there is one, 0 outside the study's field.
        warnings: sentences for the user.
    """

    said: str
    study: DataStudy
    shown: NDArray[Any]
    truth: Reference | None = None
    warnings: tuple[str, ...] = ()


class Solved(NamedTuple):
    """The images of a file.

    Attributes:
        loaded: what was read.
        result: the images, and how they came about.
        images: as they are written, `(images, height, width)`.
        starts: likewise those that solvers start from.
        scores: of both, where there is a reference.
        residual: of the middle image, see `data_residual`, for a report; else None.
    """

    loaded: Loaded
    result: Reconstruction
    images: NDArray[np.float32]
    starts: NDArray[np.float32]
    scores: tuple[Scores, Scores] | None
    residual: NDArray[np.float32] | None = None

    @property
    def compared(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32] | None]:
        """Starts, images and references as far as these reach, `(images, height, width)` each."""
        truth = self.loaded.truth
        if truth is None:
            return self.starts, self.images, None
        starts, images = (cut_middle(each, truth.images.shape) for each in (self.starts, self.images))
        return starts, images, truth.images


@dataclass(frozen=True)
class DataReconstructor(FileWorkflow[Loaded, Solved]):
    """The settings that hold for all files.

    Attributes:
        prior: what is assumed of the images.
        solver: mode, tolerance, limits and device.
        format: of standard output.
        overwrite: whether existing files are replaced.
        memory: what the reconstruction of an image may take, in bytes; None takes what is free.
    """

    noun = "file"
    first: ClassVar[str] = "first image"
    """Name of the image that solvers start from."""

    prior: Prior
    solver: Solver
    format: str
    overwrite: bool
    memory: int | None

    @abstractmethod
    def load(self, source: Path | None) -> Loaded:
        """Read the data of a file, or of standard input, without a reference.

        Raises:
            ReconError: when they cannot be read, or do not suit.
        """

    def check(self) -> None:
        """See `FileWorkflow`: strengths follow from the data, so that there is nothing to look at."""

    def read(self, task: FileTask) -> Loaded:
        """See `FileWorkflow`."""
        for place in task.outputs:
            check_place(place, self.overwrite)
        loaded = self.load(task.source)
        count, field = len(loaded.study), loaded.study.field
        check_reconstruction_suffix(task.target or Path(f"-.{self.format}"), count)
        if task.reference is None:
            return loaded
        truth = read_reference(task.reference)
        seen = cut_middle(np.broadcast_to(field, (count, *field.shape)), truth.images.shape)
        return loaded._replace(truth=replace(truth, images=truth.images * seen))

    def solve(self, task: FileTask, loaded: Loaded, follow: Follow | None = None) -> Solved:
        """See `FileWorkflow`."""
        study, truth = loaded.study, loaded.truth
        solver = study.solver(self.solver)
        prepared = self.prior.prepare("denoise", study.level, solver)
        height, width = study.image_shape
        needed = prepared.footprint.bytes(height * width) + study.measurement(0).operator.held
        what, mend = f"an image of {height} x {width} pixels", "allow more with --memory, or "
        check_memory(needed, self.memory, solver.device, prepared.footprint.of, what, mend)
        middle = len(study) // 2 if task.report else None
        frames = reconstruct_frames(study, lambda _: prepared, solver, follow, residual_of=middle)
        result, starts = frames.result, frames.starts
        images, first = study.pictures(np.asarray(result.image)), study.pictures(starts)
        scores = (score(images, truth), score(first, truth)) if truth else None
        return Solved(loaded, replace(result, image=images), images, first, scores, frames.residual)

    def write(self, task: FileTask, solved: Solved) -> None:
        """See `FileWorkflow`."""
        count = len(solved.images)
        with Pipes() as pipes:
            target = pipes.target(task.target or PIPE, f".{self.format}")
            write_reconstruction(target, solved.images, (count,) if count > 1 else ())
            pipes.send()

    def describe(self, task: FileTask, solved: Solved) -> FileDescription:
        """See `FileWorkflow`."""
        loaded, used = solved.loaded, solved.result.used[0]
        shape = " x ".join(map(str, solved.images.shape))
        rows: Rows = (
            ("input", f"{task.name} ({loaded.said})"),
            ("data", loaded.study.said),
            ("output", f"{task.target or '-'} ({shape}, float32)"),
            *task.beside,
        )
        fields = {
            **loaded.study.facts,
            **({"model": used.model} if used.model else {}),
            **used.parameters,
            "warnings": list(loaded.warnings),
        }
        if solved.scores is None:
            return FileDescription(loaded.said, rows, fields)
        result, start = solved.scores
        score_rows = tuple(
            (name, f"{getattr(result, key):{form}}{unit} ({self.first} {getattr(start, key):{form}}{unit})")
            for name, key, form, unit in _SCORES
        )
        before = {f"{name}_first": value for name, value in start._asdict().items()}
        return FileDescription(loaded.said, rows, fields, score_rows, result._asdict() | before)
