"""A volume from one Zarr folder to another, part by part, in bounded memory."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import ReconError
from ...files.images.channels import Spans
from ...files.images.volume import Volume
from ...files.images.write import dtype_for, format_of
from ...files.limits import get_limit
from ...files.outputs import check_place
from ...files.picture_folders import check_inside, is_picture_folder
from ...reconstruction import Reconstruction
from ..denoising.descriptions import parameters_fields, plain, range_fields
from ..denoising.files import FileDenoiser
from ..denoising.noise import GaussianNoise
from ..denoising.noise_counts import PoissonNoise
from ..denoising.poisson import CountModel
from ..denoising.tiles import OVERLAP
from ..file_workflow import FileDescription, FileTask
from ..record import Record, ratios, together
from .parts import Part, cut
from .survey import Known, survey
from .tasks import Job, reduce_part, solve_part
from .unfinished import Unfinished

if TYPE_CHECKING:
    from ...executor import Runner
    from ..denoising.noise import Noise

HELD = 2**26
"""Values of a Zarr image that is held at once; larger ones go part by part."""


@dataclass(frozen=True)
class SolvedVolume:
    """What is told of a volume.

    Attributes:
        description: besides how it was solved.
        result: how all parts came about, without an image.
    """

    description: FileDescription
    result: Reconstruction


@dataclass(frozen=True)
class VolumeTask:
    """A volume that goes part by part.

    Attributes:
        denoiser: the settings.
        task: the file.
        volume: what is known of it.
    """

    denoiser: FileDenoiser
    task: FileTask
    volume: Volume

    @classmethod
    def of(cls, workflow: object, task: FileTask) -> VolumeTask | None:
        """Return the task, where a file is a volume that goes part by part, else None.

        What cannot be read is none: reading it as a whole will say why.
        """
        if not isinstance(workflow, FileDenoiser) or task.source is None or task.target is None:
            return None
        try:
            if not is_picture_folder(task.source) or format_of(task.target) != "zarr":
                return None
            volume = Volume.open(task.source)
        except ReconError:
            return None
        return cls(workflow, task, volume) if volume.values > min(HELD, get_limit()) else None

    def solve(self, runner: Runner, tell: Callable[[str], None], go_on: bool) -> SolvedVolume:
        """Solve all parts, some at once, and write the result, whole or not at all.

        Args:
            runner: solves the parts.
            tell: takes words about how far it is.
            go_on: whether to go on with what a run that was stopped has done.

        Raises:
            ReconError: when some parts fail, after the others are done.
        """
        denoiser, volume, target = self.denoiser, self.volume, self.task.target
        assert target is not None
        self._check(target)
        halo = OVERLAP + denoiser.camera.reach
        parts = cut(volume.shape, volume.chunks, volume.axes, halo)
        dtype = dtype_for(volume.of(np.empty((1,) * len(volume.shape), volume.dtype)), "zarr", denoiser.dtype)
        place = Unfinished(target)
        plan = self._plan(dtype)
        place.begin(plan, volume.told, dtype, go_on)
        known = place.known(len(parts))
        tell("looking at its values")
        found = survey(denoiser, volume, parts, runner)
        job = Job(denoiser, volume, found, place, self._reference())
        runner.share(job)
        todo = [part for part in parts if part.number not in known]
        errors = []
        outcomes = runner.outcomes(partial(solve_part, job=job), todo)
        for count, (part, outcome) in enumerate(zip(todo, outcomes, strict=True), start=1):
            if isinstance(outcome, Exception):
                errors.append(outcome)
            else:
                (known[part.number],) = outcome
            tell(f"part {len(parts) - len(todo) + count} of {len(parts)}")
        if errors:
            raise ReconError(
                f"{len(errors)} of {len(parts)} parts of {self.task.name} failed; the others stay, and "
                f"--skip-existing goes on: {errors[0]}"
            )
        for level in range(1, len(job.levels)):
            tell(f"level {level}")
            smaller = cut(job.levels[level]["shape"], job.levels[level]["chunks"], volume.axes, 0)
            for _ in runner.run(partial(reduce_part, job=job, level=level), smaller):
                pass
        if check_inside(volume.path) != plan["bytes"]:  # what is missing of a Zarr reads as zeros
            raise ReconError(f"{self.task.name} has changed meanwhile; remove {place.folder} and begin again")
        place.finish()
        return self._told([known[part.number] for part in parts], found, parts, dtype)

    def _check(self, target: Path) -> None:
        """Raise a ReconError for what is not known to be the same part by part."""
        denoiser = self.denoiser
        check_place(target, replace=False)
        finder = denoiser.finder
        wrong = {
            "--figure and --report": self.task.shown,
            "--mask and --hot-pixels": finder.mask or finder.hot,
            "--axes": denoiser.axes,
            "--noise poisson without --gain, no map of sigma and no --noise-spectrum": not _is_known(
                denoiser.noise
            ),
            "a larger image than the data": denoiser.camera.factor != 1 or denoiser.camera.needs_holes,
        }
        names = [name for name, there in wrong.items() if there]
        if names:
            raise ReconError(
                f"{self.task.name} has {self.volume.values} values and goes part by part, where there is no "
                f"{names[0]}; take a part of it",
                2,
            )

    def _reference(self) -> Volume | None:
        """Return what the result should be, if it is known."""
        reference = self.task.reference
        if reference is None:
            return None
        if is_picture_folder(reference) and (found := Volume.open(reference)).shape == self.volume.shape:
            return found
        raise ReconError(
            f"{reference} is no Zarr image of the shape {self.volume.shape}, as a reference has to be"
        )

    def _plan(self, dtype: np.dtype[Any]) -> dict[str, Any]:
        """Return what decides the result: another run goes on where all of it is the same."""
        settings = replace(self.denoiser, memory=None, overwrite=False)
        return {
            "input": str(self.volume.path.resolve()),
            "bytes": check_inside(self.volume.path),
            "told": self.volume.told,
            "settings": hashlib.sha256(pickle.dumps(settings)).hexdigest(),
            "dtype": dtype.str,
            "reference": self.task.reference and str(self.task.reference.resolve()),
        }

    def _told(
        self, records: list[Record], known: Known, parts: list[Part], dtype: np.dtype[Any]
    ) -> SolvedVolume:
        result, volume = together(records), self.volume
        largest = max(parts, key=lambda part: [high - low for low, high in part.reach])
        size = " x ".join(str(high - low) for low, high in largest.reach)
        lengths = " ".join(f"{a}={n}" for a, n in zip(volume.axes, volume.shape, strict=True))
        read = ", ".join([f"{lengths}, {volume.dtype}", known.spans[0].describe(), known.said])
        rows = (
            ("input", f"{self.task.name} ({read})"),
            ("output", f"{self.task.target} (zarr, {dtype})"),
            ("parts", f"{len(parts)}, each read, solved and written by itself, at most {size} values"),
        )
        fields = {
            "format": "zarr",
            "shape": list(volume.shape),
            "dtype": str(dtype),
            "range": range_fields(Spans(known.spans, np.zeros(1, np.intp))),
            "sigma": plain([used.sigma for used in result.used]),
            "parameters": parameters_fields(result),
            "parts": len(parts),
            "tiles": result.tiles,
            "memory_shortages": result.shortages,
        }
        found = ratios(records)
        score_rows = (("PSNR", "{:.2f} dB (input {:.2f} dB)".format(*found)),) if found else ()
        scores = dict(zip(("psnr", "psnr_input"), found, strict=False))
        return SolvedVolume(FileDescription(read, rows, fields, score_rows, scores), result)


def _is_known(noise: Noise) -> bool:
    """Return whether a noise is the same in all parts, or its level is looked for in all of them."""
    if isinstance(noise, PoissonNoise):
        return isinstance(noise.model, CountModel)
    return isinstance(noise, GaussianNoise)
