"""Whether the memory suffices for a frame: it is not cut in tiles, since k-space belongs to all pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..memory import check_memory
from .readouts import ReadoutStudy

if TYPE_CHECKING:
    from ...device import Device
    from ...priors.footprint import Footprint
    from .study import Study

_A_COIL = 160
"""Bytes for each pixel of a coil, and of the image that they make together: data, maps and what is computed
of them, in the certificate in double precision. Measured: 107 (tv, 16 coils), 151 (crr, 8), 154 (model, 8).
"""


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
