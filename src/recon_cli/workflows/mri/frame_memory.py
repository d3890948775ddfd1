"""How much memory frames of k-space take, and how many are solved side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...device import choose_device
from ..memory import check_memory, free_memory
from .readouts import ReadoutStudy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...device import Device
    from ...priors.footprint import Footprint
    from ...priors.prior import Prior
    from ...solver import Solver
    from .study import Study

_A_COIL = 160
"""Bytes for each pixel of a coil, and of the image that they make together: data, maps and what is computed
of them, in the certificate in double precision. Measured: 107 (tv, 16 coils), 151 (crr, 8), 154 (model, 8).
"""
_BESIDE = 160
"""Bytes for each pixel of a plane that is solved beside others: copies of directions and symbols."""
MOST = {"cpu": 1, "cuda": 16}
"""Frames that are solved side by side at most. On a CPU, 8 of 64 x 64 pixels and 4 coils gained nothing: they
took 5.0 seconds of it in place of 4.5. On a GPU what counts is how many operations are begun: of those frames
each takes 11 500 in place of 19 800, and of 16 such ones 10 100.
"""
_SHARE = 0.5
"""Of the free memory that frames side by side may take."""


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
    needed = _needed(study, footprint, sets)
    what = f"a {study.image} frame of {height} x {width} pixels and {coils} coil{'s' if coils > 1 else ''}"
    mend = "allow more with --memory, or "
    if at_once > 1:
        what, mend = f"{at_once} at once, each {what}", f"{mend}fewer --jobs, or "
    check_memory(at_once * needed, memory, device, footprint.of, what, mend)


def frames_beside(
    study: Study, frames: Sequence[int], prior: Prior, solver: Solver, memory: int | None
) -> int:
    """Return how many frames are solved side by side.

    Args:
        study: all frames.
        frames: which ones are solved; the first one says how much memory one takes.
        prior: what is assumed of them.
        solver: mode, tolerance, limits and device.
        memory: what may be taken, in bytes; None takes half of what is free.
    """
    most = min(MOST[choose_device(solver.device)], len(frames))
    if most < 2 or (study.image == "real" and study.maps is None):  # its system is solved in one step
        return 1
    measurement = study.measurement(frames[0])
    prepared = prior.prepare("mri", measurement.sigma, solver, measurement.weight)
    if not prepared.side_by_side:
        return 1
    pixels = measurement.parts * measurement.shape[0] * measurement.shape[1]
    needed = _needed(study, prepared.footprint, measurement.sets) + _BESIDE * pixels
    allowed = int(_SHARE * free_memory(solver.device)) if memory is None else memory
    return max(1, min(most, allowed // needed))


def _needed(study: Study, footprint: Footprint, sets: int) -> int:
    """Return the bytes that a frame takes."""
    coils, height, width = study.samples.shape[1:]
    planes = sets * (2 if study.image == "complex" else 1)
    # the transforms of readouts on no grid take twice the size in both directions
    times = 4 if isinstance(study, ReadoutStudy) else 1
    return footprint.bytes(planes * height * width) + _A_COIL * times * sets * (coils + 1) * height * width
