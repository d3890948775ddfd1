"""Every frame of k-space, reconstructed with the strengths that suit its noise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ...engine.solvers.company import side_by_side
from ...reconstruction import combined
from ..file_workflow import FilePart
from ..frames import Frames, reconstruct_frames
from ..memory import ran_out_of_memory
from .frame_memory import check_frames, frames_beside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...engine.measurement import Measurement
    from ...executor import Executor
    from ...priors.prior import PreparedPrior, Prior
    from ...solver import Solver
    from ..file_workflow import Follow
    from .kept import KeptFrames
    from .study import Study

_AHEAD = 2
"""Frames for each process that are made ready before their results are taken."""


@dataclass(frozen=True)
class FrameJob:
    """A frame and how it is solved, which can be sent to another process.

    Attributes:
        study: the frame.
        prior: what is assumed of it.
        solver: mode, tolerance, limits and device.
        limit: whether the memory is looked at.
        memory: what may be taken, in bytes; None takes what is free.
        at_once: frames that are solved at the same time.
        shown: whether its residual is wanted.
    """

    study: Study
    prior: Prior
    solver: Solver
    limit: bool
    memory: int | None
    at_once: int
    shown: bool = False

    def solve(self, follow: Follow | None = None) -> Frames:
        """Return it; a bound that follows from the data is raised where pixels end on it."""

        def prepare(measurement: Measurement) -> PreparedPrior:
            prepared = self.prior.prepare("mri", measurement.sigma, self.solver, measurement.weight)
            if self.limit:
                check_frames(
                    self.study,
                    prepared.footprint,
                    self.memory,
                    self.solver.device,
                    self.at_once,
                    measurement.sets,
                )
            return prepared

        raises, shown = self.study.noise is not None, 0 if self.shown else None
        frames = reconstruct_frames(self.study, prepare, self.solver, follow, raises, shown)
        if frames.residual is None:
            return frames
        return frames._replace(residual=self.study.evened(frames.residual))


def reconstruct_kspace(
    study: Study,
    prior: Prior,
    solver: Solver,
    follow: Follow | None = None,
    *,
    limit: bool = False,
    memory: int | None = None,
    executor: Executor | None = None,
    kept: KeptFrames | None = None,
    residual_of: int | None = None,
) -> Frames:
    """Reconstruct every frame; blank ones are not solved, and their images are zero.

    On a GPU some are solved side by side, each as if it were alone, see `engine.solvers.company`.

    Args:
        study: the frames.
        prior: what is assumed of them.
        solver: mode, tolerance, limits and device.
        follow: what is told before a frame is solved.
        limit: whether frames that take more memory are refused before they are solved.
        memory: what may be taken, in bytes; None takes what is free.
        executor: solves several at once, in its processes.
        kept: keeps frames that are done, and has those of a run that was stopped.
        residual_of: the frame whose residual is wanted, or None.

    Returns:
        All frames.

    Raises:
        ReconError: when the memory does not suffice.
    """
    frames = range(len(study))
    shown = [frame for frame in frames if frame not in study.blank]
    at_once = min(len(shown), 1 if executor is None else executor.jobs)
    shortages = 0
    done: dict[int, Frames] = {} if kept is None else kept.known(shown)
    todo = [frame for frame in shown if frame not in done]

    def job(frame: int) -> FrameJob:
        return FrameJob(study.alone(frame), prior, solver, limit, memory, at_once, frame == residual_of)

    def words(frame: int, together: int = 1) -> FilePart:
        return FilePart("frame", frame + 1, len(study), together)

    def take(frame: int, made: Frames) -> None:
        done[frame] = made
        if kept is not None:
            kept.keep(frame, made)

    if executor is None or at_once == 1:
        count = frames_beside(study, todo, prior, solver, memory)
        while todo:
            some = todo[:count]
            told = [words(frame, 0 if place else len(some)) for place, frame in enumerate(some)]
            works = [
                partial(job(frame).solve, follow and _named(follow, each))
                for frame, each in zip(some, told, strict=True)
            ]
            try:
                solved = side_by_side(works)
            except RuntimeError as error:
                if len(some) == 1 or not ran_out_of_memory(error):
                    raise
                count, shortages = len(some) // 2, shortages + 1
                continue
            for frame, made in zip(some, solved, strict=True):
                take(frame, made)
            todo = todo[count:]
    else:
        for first in range(0, len(todo), _AHEAD * at_once):
            some = todo[first : first + _AHEAD * at_once]
            for frame, made in zip(some, executor.run(_solve, [job(frame) for frame in some]), strict=True):
                take(frame, made)
                if follow is not None:
                    follow(words(frame), None)
    parts = [done[frame] for frame in shown]
    empty = np.zeros_like(np.asarray(done[shown[0]].result.image))
    images = [np.asarray(done[frame].result.image) if frame in done else empty for frame in frames]
    starts = [done[frame].starts if frame in done else empty for frame in frames]
    looked_at = None if residual_of is None else done.get(residual_of)
    return Frames(
        combined([each.result for each in parts], np.concatenate(images), shortages=shortages),
        np.concatenate(starts),
        tuple(part for each in parts for part in each.parts),
        tuple(bound for each in parts for bound in each.bounds),
        tuple(sets for each in parts for sets in each.sets),
        looked_at and looked_at.residual,
    )


def _solve(job: FrameJob) -> Iterator[Frames]:
    yield job.solve()


def _named(follow: Follow, words: str) -> Follow:
    return lambda _, tolerance: follow(words, tolerance)
