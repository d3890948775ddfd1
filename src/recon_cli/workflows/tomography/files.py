"""What `recon tomography` does with each file of projections."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...files.images import read_picture
from ...files.outputs import check_place
from ...files.pipes import PIPE, Pipes
from ...files.reconstructions import check_reconstruction_suffix, write_reconstruction
from ...files.references import read_reference
from ...files.streams import read_stdin
from ...quality.scores import Reference, Scores, cut_middle, score
from ..file_workflow import FileDescription, FileTask, FileWorkflow, Follow, Rows
from ..frames import reconstruct_frames
from ..memory import check_memory
from .projections import Fields, Projections, projections_of
from .study import Asked, Study, prepare

if TYPE_CHECKING:
    from ...priors.prior import Prior
    from ...reconstruction import Reconstruction
    from ...solver import Solver


class LoadedScan(NamedTuple):
    """Projections that were read.

    Attributes:
        projections: as the file has them.
        study: its slices, ready to be reconstructed.
        truth: the reference, where there is one, 0 outside the disc that all angles see.
    """

    projections: Projections
    study: Study
    truth: Reference | None

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences for the user."""
        return self.projections.warnings


class ReconstructedScan(NamedTuple):
    """The slices of a file.

    Attributes:
        loaded: what was read.
        result: the slices, and how they came about.
        images: as they are written, `(slices, bins, bins)`.
        starts: likewise the filtered backprojections.
        scores: of both, where there is a reference.
    """

    loaded: LoadedScan
    result: Reconstruction
    images: NDArray[np.float32]
    starts: NDArray[np.float32]
    scores: tuple[Scores, Scores] | None


@dataclass(frozen=True)
class ScanReconstructor(FileWorkflow[LoadedScan, ReconstructedScan]):
    """The settings that hold for all files.

    Attributes:
        prior: what is assumed of the slices.
        solver: mode, tolerance, limits and device.
        asked: what the user says of the scan.
        fields: of the detector.
        format: of standard output.
        overwrite: whether existing files are replaced.
    """

    noun = "file"

    prior: Prior
    solver: Solver
    asked: Asked
    fields: Fields
    format: str = "tif"
    overwrite: bool = False

    def check(self) -> None:
        """See `FileWorkflow`: strengths follow from the data, so that there is nothing to look at."""

    def read(self, task: FileTask) -> LoadedScan:
        """See `FileWorkflow`."""
        for place in task.outputs:
            check_place(place, self.overwrite)
        picture = read_picture(task.source) if task.source else read_picture(read_stdin(), "standard input")
        projections = projections_of(picture, len(self.asked.angles), self.fields)
        check_reconstruction_suffix(task.target or Path(f"-.{self.format}"), len(projections.values))
        study = prepare(projections, self.asked, picture.name)
        truth = read_reference(task.reference) if task.reference else None
        if truth:
            field = study.scan.field
            cut_middle(np.broadcast_to(field, (len(study), *field.shape)), truth.images.shape)
            seen = cut_middle(field[None], (1, *truth.images.shape[1:]))
            truth = replace(truth, images=truth.images * seen)
        return LoadedScan(projections, study, truth)

    def solve(self, task: FileTask, loaded: LoadedScan, follow: Follow | None = None) -> ReconstructedScan:
        """See `FileWorkflow`."""
        study, truth = loaded.study, loaded.truth
        solver = study.scan.solver(self.solver)
        prepared = self.prior.prepare("denoise", study.level, solver)
        height, width = study.scan.beams.image_shape
        what = f"a slice of {study.scan.bins} bins"
        check_memory(
            prepared.footprint.bytes(height * width), None, solver.device, prepared.footprint.of, what
        )
        result, starts, _ = reconstruct_frames(study, prepared, solver, follow)
        images = study.pictures(np.asarray(result.image))
        first = study.pictures(starts)
        scores = (score(images, truth), score(first, truth)) if truth else None
        return ReconstructedScan(loaded, replace(result, image=images), images, first, scores)

    def write(self, task: FileTask, solved: ReconstructedScan) -> None:
        """See `FileWorkflow`."""
        count = len(solved.images)
        with Pipes() as pipes:
            target = pipes.target(task.target or PIPE, f".{self.format}")
            write_reconstruction(target, solved.images, (count,) if count > 1 else ())
            pipes.send()

    def describe(self, task: FileTask, solved: ReconstructedScan) -> FileDescription:
        """See `FileWorkflow`."""
        study, used = solved.loaded.study, solved.result.used[0]
        read = solved.loaded.projections.said
        side = study.scan.bins
        rows: Rows = (
            ("input", f"{task.name} ({read})"),
            ("scan", study.said),
            ("output", f"{task.target or '-'} ({len(study)} x {side} x {side}, float32)"),
        )
        fields: dict[str, Any] = {
            "slices": len(study),
            "angles": len(study.scan.angles),
            "bins": side,
            "axis": study.scan.axis,
            "noise": study.sigma,
            "range": list(study.spans),
            **({"model": used.model} if used.model else {}),
            **used.parameters,
            "warnings": list(solved.loaded.warnings),
        }
        if solved.scores is None:
            return FileDescription(read, rows, fields)
        result, start = solved.scores
        score_rows = tuple(
            (name, f"{getattr(result, key):{form}}{unit} (backprojection {getattr(start, key):{form}}{unit})")
            for name, key, form, unit in (
                ("PSNR", "psnr", ".2f", " dB"),
                ("SSIM", "ssim", ".4f", ""),
                ("NRMSE", "nrmse", ".4f", ""),
            )
        )
        before = {f"{name}_backprojection": value for name, value in start._asdict().items()}
        return FileDescription(read, rows, fields, score_rows, result._asdict() | before)
