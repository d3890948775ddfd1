"""What `recon denoise` does with each file, and the commands that reconstruct pictures of other cameras."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...arguments import units_of
from ...errors import ReconError
from ...files.images import Picture, read_picture
from ...files.images.axes import check_axes, with_axes
from ...files.images.channels import Spans
from ...files.images.enlarged import enlarged
from ...files.images.holes import HoleFinder
from ...files.images.span import Span, extremes, share_outside
from ...files.images.values import choose_span, to_planes, with_planes
from ...files.images.write import dtype_for, encode_picture, format_after, format_of, write_picture
from ...files.outputs import check_place
from ...files.streams import read_stdin, write_stdout
from ..file_workflow import FileDescription, FileTask, FileWorkflow, Follow
from ..images.camera import Camera
from ..memory import usual_memory
from .descriptions import describe_picture
from .holes import fill_holes, keep_holes
from .noise import Noise
from .pictures import Colour, denoise_picture
from .references import read_clean, scores_of
from .residuals import residual_of
from .stages import BeforeAndAfter, DenoisedPicture, LoadedPicture
from .whitening import whiten

if TYPE_CHECKING:
    from ...files.images.picture import Format
    from ...priors.prior import Prior
    from ...solver import Solver
    from .noise import Hollow


@dataclass(frozen=True)
class FileDenoiser(FileWorkflow[LoadedPicture, DenoisedPicture]):
    """The settings that hold for all files.

    Attributes:
        prior: what is assumed of the images.
        solver: mode, tolerance, limits and device.
        noise: what is known of it.
        colour: whether three channels are denoised together.
        memory: what the solver and its copies of planes may take, in bytes; None takes what is usual.
        given: the values that become 0 and 1, or None.
        by_type: take those of the type of the data wherever it has some, for strengths that are given belong
            to that scale.
        finder: of the pixels without data.
        keep_holes: whether they are left as they are; else they are filled.
        axes: letters for those of the stored array, see `check_axes`; None leaves them as the file has them.
        camera: what it makes of the image.
        dtype: of the results; None keeps the input's.
        format: of standard output; None keeps the input's.
        overwrite: whether existing files are replaced.
    """

    noun = "image"
    prior: Prior
    solver: Solver
    noise: Noise
    colour: Colour = "joint"
    memory: int | None = None
    given: tuple[float, float] | None = None
    dtype: str | None = None
    format: Format | None = None
    overwrite: bool = False
    by_type: bool = False
    finder: HoleFinder = field(default_factory=HoleFinder)
    keep_holes: bool = False
    axes: str | None = None
    camera: Camera = field(default_factory=Camera)

    def check(self) -> None:
        """See `FileWorkflow`."""
        if self.axes is not None:
            check_axes(self.axes)
        if self.noise.level is not None:
            self.prior.prepare("denoise", self.camera.level(self.noise.level), self.solver)

    def read(self, task: FileTask) -> LoadedPicture:
        """See `FileWorkflow`."""
        for place in task.outputs:
            check_place(place, self.overwrite)
        picture = read_picture(task.source) if task.source else read_picture(read_stdin(), "standard input")
        picture = with_axes(picture, self.axes)
        target = format_of(task.target) if task.target else self.format or format_after(picture)
        return self.loaded(picture, target, task.reference)

    def loaded(
        self,
        picture: Picture,
        target: Format,
        reference: Path | None = None,
        known: tuple[Span, ...] | None = None,
    ) -> LoadedPicture:
        """Prepare a picture.

        Args:
            picture: as it was read.
            target: format of the result.
            reference: what the result should be, where that is known.
            known: the span of each channel, where the picture is a part of a larger one.

        Raises:
            ReconError: when it does not suit.
        """
        self.camera.check(picture.name, picture.changing().shape[-2:])
        channel = picture.channel_of_plane()
        parts = self.noise.split(channel, picture.changing().shape[-3])
        holes = self.finder.find(picture)
        where = None if holes is None else holes.where
        if where is None and self.camera.needs_holes:
            raise ReconError(f"{picture.name} has no pixel without data, so there is nothing to fill")
        each = known or tuple(
            choose_span(picture, self.given, part.least_range, self.by_type, number, where)
            for number, part in enumerate(parts)
        )
        spans = Spans(each, channel)
        dtype = dtype_for(picture, target, self.dtype)
        planes = fill_holes(to_planes(picture, spans, where), where)
        grown = enlarged(picture, self.camera.factor)
        clean = read_clean(reference, grown, spans, self.axes) if reference else None
        white = whiten(parts, planes, spans, where)
        hollow = None if where is None else picture.for_colours(where)
        warnings = (*_cut(picture, spans.each[0], hollow), *self._doubts(picture, spans.each[0], hollow))
        return LoadedPicture(
            grown, picture.describe(), spans, planes, holes, white, clean, target, dtype, warnings
        )

    def solve(self, task: FileTask, loaded: LoadedPicture, follow: Follow | None = None) -> DenoisedPicture:
        """See `FileWorkflow`."""
        spans, white, clean, holes = loaded.spans, loaded.white, loaded.clean, loaded.holes
        memory = self.memory or usual_memory(self.solver.device)
        result = denoise_picture(
            white.planes,
            white.sigmas,
            self.prior,
            self.solver,
            memory,
            self.colour,
            follow,
            white.boxes,
            None if holes is None else holes.where,
            white.weights,
            self.camera,
            white.correlation,
        )
        planes = white.back(np.asarray(result.image))
        written = with_planes(loaded.picture, planes, spans, loaded.dtype)
        said = [loaded.said, spans.describe(), white.said, *filter(None, [self.camera.said])]
        hot = None if holes is None else holes.hot
        if holes is not None:
            if self.keep_holes:
                keep_holes(written, loaded.picture, holes.where if hot is None else holes.where & ~hot)
            said.append(holes.describe(self.keep_holes))
        if self.finder.hot and hot is None:
            said.append("no hot pixels")
        if result.extended:
            high, wide = result.extended
            said.append(f"smaller than a patch, so solved with its mirror image around, {high} x {wide}")
        before = self.camera.on_grid(loaded.planes)
        return DenoisedPicture(
            ", ".join(said),
            spans,
            white.sigmas,
            result,
            written,
            loaded.format,
            None
            if clean is None
            else (scores_of(planes, clean, spans.boxes), scores_of(before, clean, spans.boxes)),
            self._stages(task, loaded, before, planes, np.asarray(result.image)),
            0 if holes is None else int(holes.where.sum()),
            0 if hot is None else int(hot.sum()),
        )

    def _stages(
        self,
        task: FileTask,
        loaded: LoadedPicture,
        before: NDArray[np.float32],
        planes: NDArray[np.float32],
        solved: NDArray[np.float32],
    ) -> BeforeAndAfter | None:
        """Return what is shown of a picture, where that is asked for."""
        if not task.shown:
            return None
        where = None if loaded.holes is None else loaded.holes.where
        residual = residual_of(loaded.white, solved, self.camera, where) if task.report else None
        is_volume = loaded.picture.is_volume
        return BeforeAndAfter(before, planes, loaded.clean, self.camera.name, residual, is_volume)

    def write(self, task: FileTask, solved: DenoisedPicture) -> None:
        """See `FileWorkflow`."""
        if task.target:
            write_picture(solved.picture, solved.format, task.target)
        else:
            write_stdout(encode_picture(solved.picture, solved.format))

    def describe(self, task: FileTask, solved: DenoisedPicture) -> FileDescription:
        """See `FileWorkflow`."""
        return describe_picture(task, solved)

    def _doubts(self, picture: Picture, span: Span, holes: Hollow) -> tuple[str, ...]:
        """Return what is to be said of a noise level that can hardly be meant."""
        level = self.noise.level
        if level is None:
            return ()
        low, high = extremes(picture.changing(), holes)
        most, in_data = high - low, level * span.grey_level
        if 0 < most < 2 * in_data:
            return (
                f"sigma {level:g} of 255 is {in_data:.4g} in the data, whose values differ by {most:.4g} at "
                "most; with --sigma-units data it is in their units",
            )
        units = units_of(level)
        return (f"sigma {level:g} is very low{units}",) if units else ()


def _cut(picture: Picture, span: Span, holes: Hollow) -> tuple[str, ...]:
    """Return what is to be said of values that no result can have."""
    share = share_outside(picture.changing(), span.limits, holes) if span.given else 0.0
    if not share:
        return ()
    low, high = span.limits
    return (f"{100 * share:.2g} % of the values lie outside --range, and become {low:g} or {high:g}",)
