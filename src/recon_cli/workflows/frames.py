"""Several measurements, one after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..reconstruction import Reconstruction, combined, reconstruct
from .mri.measurement import zero_filled

if TYPE_CHECKING:
    from ..engine.measurement import Measurement
    from ..priors.prior import PreparedPrior
    from ..solver import Solver
    from .file_workflow import Follow


class Frames(Protocol):
    """Measurements of images of one size."""

    def __len__(self) -> int:
        """Return how many there are."""

    def measurement(self, frame: int) -> Measurement:
        """Return one of them."""


def reconstruct_frames(
    study: Frames,
    prior: PreparedPrior,
    solver: Solver,
    follow: Follow | None = None,
) -> tuple[Reconstruction, NDArray[Any], tuple[Reconstruction, ...]]:
    """Reconstruct every frame.

    Args:
        study: the frames.
        prior: what is assumed of them.
        solver: mode, tolerance, limits and device.
        follow: what is told before a frame is solved.

    Returns:
        The frames as one reconstruction, `(frames, height, width)`; the images that solvers start from, of
        the same shape; and how each frame came about, without its image.
    """
    parts, starts = [], []
    for frame in range(len(study)):
        measurement = study.measurement(frame)
        starts.append(zero_filled(measurement))
        words = f"frame {frame + 1} of {len(study)}" if len(study) > 1 else ""
        callback = follow and follow(words, prior.used.tolerance)
        # the solver's codes go before those of the next frame come
        parts.append(replace(reconstruct(measurement, prior, solver, callback=callback), solution=None))
    images = np.concatenate([np.asarray(part.image) for part in parts])
    return combined(parts, images), np.stack(starts), tuple(replace(part, image=images[:0]) for part in parts)
