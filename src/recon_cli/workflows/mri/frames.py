"""Every frame of k-space, reconstructed with the strengths that suit its noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

    return reconstruct_frames(study, prepare, solver, follow, raises=study.noise is not None)
