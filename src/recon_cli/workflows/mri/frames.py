"""Every frame of k-space, reconstructed with the strengths that suit its noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...reconstruction import combined
from ..frames import Frames, reconstruct_frames

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...engine.measurement import Measurement
    from ...priors.prior import PreparedPrior, Prior
    from ...solver import Solver
    from ..file_workflow import Follow
    from .study import Study


def reconstruct_kspace(
    study: Study,
    prior: Prior,
    solver: Solver,
    follow: Follow | None = None,
    check: Callable[[PreparedPrior], None] = lambda prior: None,
) -> Frames:
    """Reconstruct every frame; a bound that follows from the data is raised where pixels end on it.

    Blank frames are not solved, and their images are zero.

    Args:
        study: the frames.
        prior: what is assumed of them.
        solver: mode, tolerance, limits and device.
        follow: what is told before a frame is solved.
        check: called with the prior and its strengths, before a frame is solved.

    Returns:
        All frames.
    """

    def prepare(measurement: Measurement) -> PreparedPrior:
        prepared = prior.prepare("mri", measurement.sigma, solver, measurement.weight)
        check(prepared)
        return prepared

    frames = range(len(study))
    done = {}
    for frame in frames:
        if frame in study.blank:
            continue
        words = f"frame {frame + 1} of {len(study)}" if len(study) > 1 else ""
        named = None if follow is None else _named(follow, words)
        alone = study.alone(frame)
        done[frame] = reconstruct_frames(alone, prepare, solver, named, raises=study.noise is not None)
    first = next(iter(done.values()))
    empty = np.zeros_like(np.asarray(first.result.image))
    images = [np.asarray(done[frame].result.image) if frame in done else empty for frame in frames]
    starts = [done[frame].starts if frame in done else empty for frame in frames]
    return Frames(
        combined([each.result for each in done.values()], np.concatenate(images)),
        np.concatenate(starts),
        tuple(part for each in done.values() for part in each.parts),
        tuple(bound for each in done.values() for bound in each.bounds),
    )


def _named(follow: Follow, words: str) -> Follow:
    return lambda _, tolerance: follow(words, tolerance)
