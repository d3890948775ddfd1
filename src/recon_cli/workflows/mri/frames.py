"""Every frame of k-space, reconstructed with the strengths that suit its noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...reconstruction import combined
from ..file_workflow import FilePart
from ..frames import Frames, reconstruct_frames
from ..memory import check_memory
from .readouts import ReadoutStudy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...device import Device
    from ...engine.measurement import Measurement
    from ...executor import Executor
    from ...priors.footprint import Footprint
    from ...priors.prior import PreparedPrior, Prior
    from ...solver import Solver
    from ..file_workflow import Follow
    from .kept import KeptFrames
    from .study import Study

_A_COIL = 160
"""Bytes for each pixel of a coil, and of the image that they make together: data, maps and what is computed
of them, in the certificate in double precision. Measured: 107 (tv, 16 coils), 151 (crr, 8), 154 (model, 8).
"""
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
    done: dict[int, Frames] = {} if kept is None else kept.known(shown)
    todo = [frame for frame in shown if frame not in done]
    words = [FilePart("frame", frame + 1, len(study)) for frame in todo]

    def job(frame: int) -> FrameJob:
        return FrameJob(study.alone(frame), prior, solver, limit, memory, at_once, frame == residual_of)

    def take(frame: int, made: Frames) -> None:
        done[frame] = made
        if kept is not None:
            kept.keep(frame, made)

    if executor is None or at_once == 1:
        for frame, named in zip(todo, words, strict=True):
            take(frame, job(frame).solve(None if follow is None else _named(follow, named)))
    else:
        for first in range(0, len(todo), _AHEAD * at_once):
            some = slice(first, first + _AHEAD * at_once)
            solved = executor.run(_solve, [job(frame) for frame in todo[some]])
            for frame, named, made in zip(todo[some], words[some], solved, strict=True):
                take(frame, made)
                if follow is not None:
                    follow(named, None)
    parts = [done[frame] for frame in shown]
    empty = np.zeros_like(np.asarray(done[shown[0]].result.image))
    images = [np.asarray(done[frame].result.image) if frame in done else empty for frame in frames]
    starts = [done[frame].starts if frame in done else empty for frame in frames]
    looked_at = None if residual_of is None else done.get(residual_of)
    return Frames(
        combined([each.result for each in parts], np.concatenate(images)),
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


def check_frames(
    study: Study,
    footprint: Footprint,
    memory: int | None,
    device: Device,
    at_once: int = 1,
    sets: int = 1,
) -> None:
    """Refuse frames that do not fit, before they are begun.

    Args:
        study: the frames, of one size.
        footprint: of the prior, for each plane of an image.
        memory: what may be taken, in bytes; None takes what is free.
        device: where the computation runs.
        at_once: frames that are solved at the same time.
        sets: images that a frame is made of.

    Raises:
        ReconError: when the memory does not suffice.
    """
    coils, height, width = study.samples.shape[1:]
    planes = sets * (2 if study.image == "complex" else 1)
    # the transforms of readouts on no grid take twice the size in both directions
    times = 4 if isinstance(study, ReadoutStudy) else 1
    needed = footprint.bytes(planes * height * width) + _A_COIL * times * sets * (coils + 1) * height * width
    what = f"a {study.image} frame of {height} x {width} pixels and {coils} coil{'s' if coils > 1 else ''}"
    mend = "allow more with --memory, or "
    if at_once > 1:
        what, mend = f"{at_once} at once, each {what}", f"{mend}fewer --jobs, or "
    check_memory(at_once * needed, memory, device, footprint.of, what, mend)
