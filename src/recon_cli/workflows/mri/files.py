"""What `recon mri` does with each file of k-space."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from ...errors import MissingParametersError
from ...files.kspace.read import read_kspace
from ...files.kspace.unit import multiplied
from ...files.outputs import check_place
from ...files.pipes import PIPE, Pipes
from ...files.reconstructions import check_reconstruction_suffix, write_reconstruction
from ...files.references import read_reference
from ...quality.scores import cut_middle, score
from ..file_workflow import FileDescription, FileTask, FileWorkflow, Follow
from .descriptions import describe_kspace
from .finishing import about, finished, finished_frames, finished_shape
from .frames import reconstruct_kspace
from .kept import KeptFrames, mark_of
from .readouts import with_trajectory
from .sampling import Undersampling
from .stages import LoadedKSpace, ReconstructedKSpace, shown_frames
from .study import Maps
from .study_of_file import study_of

if TYPE_CHECKING:
    from ...engine.operators.fourier import Origin
    from ...executor import Executor
    from ...files.kspace.samples import KSpace
    from ...priors.prior import Prior
    from ...solver import Solver
    from .measurement import ImageModel
    from .study import Study


@dataclass(frozen=True)
class KSpaceReconstructor(FileWorkflow[LoadedKSpace, ReconstructedKSpace]):
    """The settings that hold for all files.

    Attributes:
        prior: what is assumed of the images.
        solver: mode, tolerance, limits and device.
        mask: which samples are used.
        fft: where image and k-space have their origin.
        maps: coil maps, `auto` to estimate them, None for those of each file.
        image: the image model; `auto` looks at the phase.
        axes: a letter for each axis of the stored arrays; None takes what is usual for the format.
        variable: of a MATLAB or npz file that holds several arrays.
        trajectory: file that says where readouts lie that are on no grid; None for those of each file.
        scale: what k-space is multiplied by; None finds it.
        noise_level: standard deviation of the complex noise, in the units of k-space; None takes that of a
            noise scan, or estimates it.
        coils: most combinations of coils that are kept; None keeps those that hold more than noise.
        output: what is written of complex images.
        format: of standard output.
        memory: what the reconstruction of a frame may take, in bytes; None takes what is free.
        overwrite: whether existing files are replaced.
        executor: solves several frames at once; None one after the other.
    """

    noun = "file"

    prior: Prior
    solver: Solver
    mask: Undersampling
    fft: Origin = "centered"
    maps: Maps = None
    image: ImageModel | Literal["auto"] = "auto"
    axes: str | None = None
    variable: str | None = None
    trajectory: Path | None = None
    scale: float | None = None
    noise_level: float | None = None
    coils: int | None = None
    output: Literal["magnitude", "complex"] = "magnitude"
    format: str = "npy"
    memory: int | None = None
    overwrite: bool = False
    executor: Executor | None = None

    def check(self) -> None:
        """See `FileWorkflow`; strengths of a minimum may follow from the noise, which is known later."""
        try:
            self.prior.prepare("mri", None, self.solver)
        except MissingParametersError:
            if not self.solver.is_minimum:
                raise

    def read(self, task: FileTask) -> LoadedKSpace:
        """See `FileWorkflow`."""
        for place in task.outputs:
            check_place(place, self.overwrite)
        with Pipes() as pipes, pipes.source(task.source or PIPE) as source:
            measured = with_trajectory(read_kspace(source, self.axes, self.variable), self.trajectory)
        shape = finished_shape(measured)
        for place in filter(None, (task.target or Path(f"-.{self.format}"), task.zero_filled)):
            check_reconstruction_suffix(place, shape[0])
        truth = read_reference(task.reference) if task.reference else None
        if truth:
            # whether it fits is said before the work
            cut_middle(np.broadcast_to(np.float32(0), shape), truth.images.shape)
        study = self._prepared(measured)
        kept = None
        # a page shows how the solver went on in every frame, which is not kept
        if len(study) > 1 and task.target and not task.report:
            settings = replace(self, executor=None, memory=None, overwrite=False, output="magnitude")
            kept = KeptFrames(task.target, mark_of(measured, settings))
        return LoadedKSpace(measured, study, truth, kept)

    def solve(
        self, task: FileTask, loaded: LoadedKSpace, follow: Follow | None = None
    ) -> ReconstructedKSpace:
        """See `FileWorkflow`."""
        study, truth = loaded.study, loaded.truth

        frames = reconstruct_kspace(
            study,
            self.prior,
            self.solver,
            follow,
            limit=True,
            memory=self.memory,
            executor=self.executor,
            kept=loaded.kept,
            residual_of=len(study) // 2 if task.report else None,
        )
        measured = loaded.measured
        images = self._as_written(finished(np.asarray(frames.result.image), measured))
        starts = self._as_written(finished(frames.starts, measured))
        images, starts = multiplied(images, measured.unit), multiplied(starts, measured.unit)
        return ReconstructedKSpace(
            loaded,
            frames.result,
            frames.parts,
            frames.bounds,
            images,
            starts,
            (score(images, truth), score(starts, truth)) if truth else None,
            frames.sets,
            shown_frames(study, images, starts, truth) if task.shown else (),
            frames.residual,
        )

    def write(self, task: FileTask, solved: ReconstructedKSpace) -> None:
        """See `FileWorkflow`."""
        measured = solved.loaded.measured
        place = (finished_frames(measured), about(measured))
        if task.zero_filled:
            write_reconstruction(task.zero_filled, solved.zero_filled, *place)
        with Pipes() as pipes:
            target = pipes.target(task.target or PIPE, f".{self.format}")
            write_reconstruction(target, solved.images, *place)
            pipes.send()
        if solved.loaded.kept:
            solved.loaded.kept.remove()

    def describe(self, task: FileTask, solved: ReconstructedKSpace) -> FileDescription:
        """See `FileWorkflow`."""
        return describe_kspace(task, solved)

    def _prepared(self, measured: KSpace) -> Study:
        return study_of(
            measured,
            self.mask,
            self.fft,
            maps=self.maps,
            image=self.image,
            scale=self.scale,
            noise_level=self.noise_level,
            coils=self.coils,
        )

    def _as_written(self, frames: NDArray[Any]) -> NDArray[Any]:
        """Return frames; the magnitude of complex ones unless they are wanted."""
        return np.abs(frames) if np.iscomplexobj(frames) and self.output == "magnitude" else frames
