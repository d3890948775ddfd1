"""One picture on its way: loaded for the solver, and solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...arguments import units_of
from ...errors import ReconError
from ...files.images import Picture
from ...files.images.axes import with_axes
from ...files.images.channels import Spans
from ...files.images.enlarged import enlarged
from ...files.images.span import Span, extremes, share_outside
from ...files.images.values import choose_span, to_planes, with_planes
from ...files.images.write import dtype_for
from ..file_workflow import FileTask, Follow
from ..memory import usual_memory
from .holes import fill_holes, keep_holes
from .pictures import denoise_picture
from .references import clean_planes, scores_of
from .residuals import residual_of
from .stages import BeforeAndAfter, DenoisedPicture, LoadedPicture
from .whitening import whiten

if TYPE_CHECKING:
    from ...files.images.picture import Format
    from .noise import Hollow, Noise
    from .settings import PictureSettings


def load_picture(
    settings: PictureSettings,
    picture: Picture,
    target: Format,
    reference: Picture | None = None,
    spans: tuple[Span, ...] | None = None,
) -> LoadedPicture:
    """Prepare a picture for the solver.

    Args:
        settings: of all files.
        picture: as its file has it.
        target: format of the result.
        reference: what the result should be, or None.
        spans: of each channel, where the picture is a part of a larger one; None chooses them.

    Raises:
        ReconError: when it does not suit the settings, or the target does not hold it.
        NoNoiseError: when its noise is to be estimated, and there is none.
    """
    picture = with_axes(picture, settings.axes)
    settings.camera.check(picture.name, picture.changing().shape[-2:])
    channel = picture.channel_of_plane()
    parts = settings.noise.split(channel, picture.changing().shape[-3])
    holes = settings.finder.find(picture)
    where = None if holes is None else holes.where
    if where is None and settings.camera.needs_holes:
        raise ReconError(f"{picture.name} has no pixel without data, so there is nothing to fill")
    each = spans or tuple(
        choose_span(picture, settings.given, part.least_range, settings.by_type, number, where)
        for number, part in enumerate(parts)
    )
    scale = Spans(each, channel)
    dtype = dtype_for(picture, target, settings.dtype)
    planes = fill_holes(to_planes(picture, scale, where), where)
    grown = enlarged(picture, settings.camera.factor)
    clean = None if reference is None else clean_planes(reference, grown, scale, settings.axes)
    white = whiten(parts, planes, scale, where)
    hollow = None if where is None else picture.for_colours(where)
    warnings = (
        *_cut(picture, scale.each[0], hollow),
        *_doubts(settings.noise, picture, scale.each[0], hollow),
    )
    return LoadedPicture(
        grown, picture.describe(), scale, planes, holes, white, clean, target, dtype, warnings
    )


def solve_picture(
    settings: PictureSettings, task: FileTask, loaded: LoadedPicture, follow: Follow | None = None
) -> DenoisedPicture:
    """Solve a picture, see `FileWorkflow.solve`."""
    spans, white, clean, holes = loaded.spans, loaded.white, loaded.clean, loaded.holes
    memory = settings.memory or usual_memory(settings.solver.device)
    result = denoise_picture(
        white.planes,
        white.sigmas,
        settings.prior,
        settings.solver,
        memory,
        settings.colour,
        follow,
        white.boxes,
        None if holes is None else holes.where,
        white.weights,
        settings.camera,
        white.correlation,
    )
    planes = white.back(np.asarray(result.image))
    written = with_planes(loaded.picture, planes, spans, loaded.dtype)
    said = [loaded.said, spans.describe(), white.said, *filter(None, [settings.camera.said])]
    hot = None if holes is None else holes.hot
    if holes is not None:
        if settings.keep_holes:
            keep_holes(written, loaded.picture, holes.where if hot is None else holes.where & ~hot)
        said.append(holes.describe(settings.keep_holes))
    if settings.finder.hot and hot is None:
        said.append("no hot pixels")
    if result.extended:
        high, wide = result.extended
        said.append(f"smaller than a patch, so solved with its mirror image around, {high} x {wide}")
    is_compared = clean is not None or task.shown  # else half a second for nothing
    before = settings.camera.on_grid(loaded.planes) if is_compared else loaded.planes
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
        _stages(settings, task, loaded, before, planes, np.asarray(result.image)),
        0 if holes is None else int(holes.where.sum()),
        0 if hot is None else int(hot.sum()),
    )


def _stages(
    settings: PictureSettings,
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
    residual = residual_of(loaded.white, solved, settings.camera, where) if task.report else None
    is_volume = loaded.picture.is_volume
    return BeforeAndAfter(before, planes, loaded.clean, settings.camera.name, residual, is_volume)


def _doubts(noise: Noise, picture: Picture, span: Span, holes: Hollow) -> tuple[str, ...]:
    """Return what is to be said of a noise level that can hardly be meant."""
    level = noise.level
    if level is None:
        return ()
    low, high = extremes(picture.changing(), holes)
    most, in_data = high - low, level * span.grey_level
    if 0 < most < 2 * in_data:
        return (
            f"sigma {level:g} in 8-bit grey levels is {in_data:.4g} in the data, whose values differ by "
            f"{most:.4g} at most; with --sigma-units data it is in their units",
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
