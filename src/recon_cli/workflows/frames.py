"""Every frame of a study, reconstructed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ..engine.domain import to_images
from ..reconstruction import Reconstruction, combined, reconstruct
from .data_residual import data_residual
from .file_workflow import FilePart
from .mri.measurement import zero_filled

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..engine.measurement import Measurement
    from ..priors.prior import PreparedPrior
    from ..solver import Solver
    from .file_workflow import Follow

_RAISED, _MOST = 2.0, 4
"""Factor of a bound that pixels lie on at the end, and how often it is raised at most."""
_AT = 1e-4
"""Share of the bound within which pixels lie on it."""


class Measurements(Protocol):
    """Measurements of images of one size."""

    def __len__(self) -> int:
        """Return how many there are."""

    def measurement(self, frame: int) -> Measurement:
        """Return one of them."""


class Frames(NamedTuple):
    """Frames that were reconstructed.

    Attributes:
        result: all as one reconstruction, `(frames, height, width)`.
        starts: images that solvers start from, of the same shape.
        parts: how each frame came about, without its image.
        bounds: largest magnitude that a pixel of each frame might have, after scaling.
        sets: images that each frame is made of, see `Measurement`.
        residual: of the frame that is shown, see `data_residual`; None where none is, or nothing is known.
    """

    result: Reconstruction
    starts: NDArray[Any]
    parts: tuple[Reconstruction, ...]
    bounds: tuple[float, ...]
    sets: tuple[int, ...]
    residual: NDArray[np.float32] | None = None


def reconstruct_frames(
    study: Measurements,
    prepare: Callable[[Measurement], PreparedPrior],
    solver: Solver,
    follow: Follow | None = None,
    raises: bool = False,
    residual_of: int | None = None,
) -> Frames:
    """Reconstruct every frame.

    Args:
        study: the frames.
        prepare: gives what is assumed of a frame, with its strengths.
        solver: mode, tolerance, limits and device.
        follow: what is told before a frame is solved.
        raises: whether the bound of the set C was a guess: where pixels end on it, it was too low for them,
            is raised, and the solver goes on.
        residual_of: the frame whose residual is wanted, or None.

    Returns:
        All frames.
    """
    parts, starts, bounds, sets, residual = [], [], [], [], None
    for frame in range(len(study)):
        measurement = study.measurement(frame)
        starts.append(zero_filled(measurement))
        words = FilePart("frame", frame + 1, len(study))
        prepared = prepare(measurement)
        callback = follow and follow(words, prepared.used.tolerance)
        done = reconstruct(measurement, prepared, solver, callback=callback)
        for _ in range(_MOST if raises else 0):
            if not on_bound(done, measurement):
                break
            measurement = replace(measurement, domain=measurement.domain.raised(_RAISED))
            done = reconstruct(measurement, prepared, solver, callback=callback, start=done)
        if frame == residual_of and done.solution is not None:
            residual = data_residual(measurement, done.solution.image)
        # the solver's codes go before those of the next frame come
        parts.append(replace(done, solution=None))
        bounds.append(measurement.domain.largest)
        sets.append(measurement.sets)
    images = np.concatenate([np.asarray(part.image) for part in parts])
    alone = tuple(replace(part, image=images[:0]) for part in parts)
    return Frames(combined(parts, images), np.stack(starts), alone, tuple(bounds), tuple(sets), residual)


def on_bound(done: Reconstruction, measurement: Measurement) -> bool:
    """Return whether pixels of the solution lie on the largest magnitude that C allows."""
    solution = done.solution
    if solution is None:
        return False
    size = to_images(solution.image, measurement.parts).abs()
    return bool((size >= measurement.domain.largest * (1 - _AT)).any())
