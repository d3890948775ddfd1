"""What is done with each part of a volume: it is read, solved and written, wherever that happens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...files.images.levels import above, reduced_part
from ...files.images.values import to_planes
from ...files.images.volume import Volume, read_box, write_box
from ..denoising.files import FileDenoiser
from ..denoising.one_picture import load_picture
from ..denoising.references import clean_planes
from ..denoising.stages import LoadedPicture
from ..file_workflow import FileTask
from ..record import Record
from .parts import Part
from .survey import Known
from .unfinished import Unfinished


@dataclass(frozen=True)
class Job:
    """What holds for all parts.

    Attributes:
        denoiser: the settings.
        volume: what is read.
        known: of all of it.
        place: where the result grows.
        reference: what the result should be, or None.
    """

    denoiser: FileDenoiser
    volume: Volume
    known: Known
    place: Unfinished
    reference: Volume | None = None

    @property
    def levels(self) -> list[dict[str, Any]]:
        """What is said of each level, from the highest resolution on."""
        levels: list[dict[str, Any]] = self.volume.told["levels"]
        return levels


def solve_part(part: Part, job: Job) -> Iterator[Record]:
    """Read a part with what is around it, solve it, write its own values, and yield how it came about.

    Raises:
        ReconError: when that fails.
    """
    axis = job.volume.channel_axis
    known = job.known.of(slice(*part.own[axis]) if axis >= 0 else slice(None))
    denoiser = replace(job.denoiser, noise=known.noise, camera=job.denoiser.camera.steady())
    loaded = load_picture(denoiser, job.volume.picture(part.reach), "zarr", spans=known.spans)
    solved = denoiser.solve(FileTask(job.volume.path, None), loaded)
    own = solved.picture.array[part.inner]
    write_box(job.place.image, job.levels[0]["path"], part.own, own)
    before = loaded.picture.array[part.inner]
    errors = _errors(part, job, loaded, own, before) if job.reference else None
    record = Record.of(solved.result, own.size, errors)
    record.write(job.place.place_of(part.number))
    yield record


def _errors(part: Part, job: Job, loaded: LoadedPicture, *arrays: NDArray[Any]) -> list[float]:
    """Return the mean squared errors of own values of a part, of a range of 1."""
    assert job.reference is not None
    pictures = [job.volume.of(array) for array in arrays]
    clean = clean_planes(job.reference.picture(part.own), pictures[0], loaded.spans, None)
    low, high = loaded.spans.boxes.astype(np.float32).T[:, :, None, None, None]
    planes = [to_planes(picture, loaded.spans).clip(low, high) for picture in pictures]
    return [float(np.mean(np.square(each - clean), dtype=np.float64)) for each in planes]


def reduce_part(part: Part, job: Job, level: int) -> Iterator[int]:
    """Make a part of a level of the pyramid from the level above it; yields how many values it has."""
    finer, here = job.levels[level - 1], job.levels[level]
    box = above(part.own, finer["shape"], here["shape"])
    values = read_box(job.place.image, finer["path"], box)
    values = reduced_part(values, finer["shape"], here["shape"], part.own)
    write_box(job.place.image, here["path"], part.own, values)
    yield values.size
