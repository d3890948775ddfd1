"""The frames of a study, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...reconstruction import Reconstruction, combined, reconstruct
from .measurement import zero_filled

if TYPE_CHECKING:
    from ...engine.result import Callback
    from ...priors.prior import PreparedPrior
    from ...solver import Solver
    from .study import Study


def reconstruct_frames(
    study: Study,
    prior: PreparedPrior,
    solver: Solver,
    follow: Callable[[str], Callback] | None = None,
) -> tuple[Reconstruction, NDArray[Any], tuple[Reconstruction, ...]]:
    """Reconstruct every frame.

    Args:
        study: the frames.
        prior: what is assumed of them.
        solver: mode, tolerance, limits and device.
        follow: takes words about a frame; gives the solver's callback.

    Returns:
        The frames as one reconstruction, `(frames, height, width)`; the zero-filled images, of the same
        shape; and how each frame came about, without its image.
    """
    parts, starts = [], []
    for frame in range(len(study)):
        measurement = study.measurement(frame)
        starts.append(zero_filled(measurement))
        words = f"frame {frame + 1} of {len(study)}" if len(study) > 1 else ""
        callback = follow and follow(words)
        # the solver's codes go before those of the next frame come
        parts.append(replace(reconstruct(measurement, prior, solver, callback=callback), solution=None))
    images = np.concatenate([np.asarray(part.image) for part in parts])
    return combined(parts, images), np.stack(starts), tuple(replace(part, image=images[:0]) for part in parts)
