"""What `recon mri` does with each file of k-space."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from ...files.kspace.read import read_kspace
from ...files.outputs import check_place
from ...files.pipes import PIPE, Pipes
from ...files.reconstructions import check_reconstruction_suffix, write_reconstruction
from ...files.references import read_reference
from ...quality.scores import cut_middle, score
from ..file_workflow import FileDescription, FileTask, FileWorkflow, Follow
from .descriptions import describe_kspace
from .frames import reconstruct_kspace
from .memory import check_frames
from .noise import known_noise
from .stages import LoadedKSpace, ReconstructedKSpace, middle_frame
from .study import ChosenMask, Maps, prepare

if TYPE_CHECKING:
    from ...engine.operators.fourier import Origin
    from ...priors.prior import PreparedPrior, Prior
    from ...solver import Solver
    from .measurement import ImageModel


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
        scale: what k-space is multiplied by; None finds it.
        noise_level: standard deviation of the complex noise, in the units of k-space; None takes that of a
            noise scan, or estimates it.
        coils: most combinations of coils that are kept; None keeps those that hold more than noise.
        output: what is written of complex images.
        format: of standard output.
        memory: what the reconstruction of a frame may take, in bytes; None takes what is free.
        overwrite: whether existing files are replaced.
    """

    noun = "file"

    prior: Prior
    solver: Solver
    mask: ChosenMask
    fft: Origin = "centered"
    maps: Maps = None
    image: ImageModel | Literal["auto"] = "auto"
    axes: str | None = None
    scale: float | None = None
    noise_level: float | None = None
    coils: int | None = None
    output: Literal["magnitude", "complex"] = "magnitude"
    format: str = "npy"
    memory: int | None = None
    overwrite: bool = False

    def check(self) -> None:
        """See `FileWorkflow`."""
        self.prior.prepare("mri", None, self.solver)

    def read(self, task: FileTask) -> LoadedKSpace:
        """See `FileWorkflow`."""
        for place in task.outputs:
            check_place(place, self.overwrite)
        with Pipes() as pipes, pipes.source(task.source or PIPE) as source:
            measured = read_kspace(source, self.axes)
        for place in filter(None, (task.target or Path(f"-.{self.format}"), task.zero_filled)):
            check_reconstruction_suffix(place, len(measured.samples))
        truth = read_reference(task.reference) if task.reference else None
        if truth:
            cut_middle(measured.samples[:, 0], truth.images.shape)  # whether it fits is said before the work
        maps = measured.maps if self.maps is None else self.maps
        study = prepare(
            measured.samples,
            self.mask.of(measured),
            self.fft,
            maps=maps,
            image=self.image,
            scale=self.scale,
            noise=known_noise(measured.noise, self.noise_level),
            most_coils=self.coils,
        )
        return LoadedKSpace(measured, study, truth)

    def solve(
        self, task: FileTask, loaded: LoadedKSpace, follow: Follow | None = None
    ) -> ReconstructedKSpace:
        """See `FileWorkflow`."""
        study, truth = loaded.study, loaded.truth

        def suffices(prior: PreparedPrior) -> None:
            check_frames(study, prior.footprint, self.memory, self.solver.device)

        frames = reconstruct_kspace(study, self.prior, self.solver, follow, suffices)
        images = self._as_written(np.asarray(frames.result.image))
        starts = self._as_written(frames.starts)
        return ReconstructedKSpace(
            loaded,
            frames.result,
            frames.parts,
            frames.bounds,
            images,
            starts,
            (score(images, truth), score(starts, truth)) if truth else None,
            middle_frame(study, images, starts, truth) if task.shown else None,
        )

    def write(self, task: FileTask, solved: ReconstructedKSpace) -> None:
        """See `FileWorkflow`."""
        frame_shape, voxel = solved.loaded.measured.frame_shape, solved.loaded.measured.voxel
        if task.zero_filled:
            write_reconstruction(task.zero_filled, solved.zero_filled, frame_shape, voxel)
        with Pipes() as pipes:
            target = pipes.target(task.target or PIPE, f".{self.format}")
            write_reconstruction(target, solved.images, frame_shape, voxel)
            pipes.send()

    def describe(self, task: FileTask, solved: ReconstructedKSpace) -> FileDescription:
        """See `FileWorkflow`."""
        return describe_kspace(task, solved)

    def _as_written(self, frames: NDArray[Any]) -> NDArray[Any]:
        """Return frames; the magnitude of complex ones unless they are wanted."""
        return np.abs(frames) if np.iscomplexobj(frames) and self.output == "magnitude" else frames
