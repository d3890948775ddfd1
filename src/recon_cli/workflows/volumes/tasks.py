"""What is done with each part of a volume: it is read, solved and written, wherever that happens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ...files.images.levels import above, reduced_part
from ...files.images.volume import Volume, read_box, write_box
from ..denoising.files import FileDenoiser
from ..denoising.one_picture import load_picture
from ..file_workflow import FileTask
from .parts import Part
from .record import Record
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
    """

    denoiser: FileDenoiser
    volume: Volume
    known: Known
    place: Unfinished

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
    write_box(job.place.image, job.levels[0]["path"], part.own, solved.picture.array[part.inner])
    record = Record.of(solved.result)
    record.write(job.place.place_of(part.number))
    yield record


def reduce_part(part: Part, job: Job, level: int) -> Iterator[int]:
    """Make a part of a level of the pyramid from the level above it; yields how many values it has."""
    finer, here = job.levels[level - 1], job.levels[level]
    box = above(part.own, finer["shape"], here["shape"])
    values = read_box(job.place.image, finer["path"], box)
    values = reduced_part(values, finer["shape"], here["shape"], part.own)
    write_box(job.place.image, here["path"], part.own, values)
    yield values.size
