"""Frames as a figure: the image that solvers start from, result, difference, and what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .panels import (
    add_scale,
    figure_style,
    largest_difference,
    outline,
    rows_of_panels,
    show,
    show_difference,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from ..workflows.mri.stages import ComparedFrame


class Frame(NamedTuple):
    """A row of a figure.

    Attributes:
        start: `(height, width)`, real or complex; of complex images the magnitude is shown.
        result: of the same shape.
        measured: title and panel of what was measured, on a grey scale of its own, or None.
        reference: of the same shape as the result, or None; all frames have one, or none has.
        name: which frame it is, for the title; empty where there is only one.
    """

    start: NDArray[Any]
    result: NDArray[Any]
    measured: tuple[str, NDArray[Any]] | None = None
    reference: NDArray[np.float32] | None = None
    name: str = ""

    @property
    def images(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Start and result as they are shown."""
        first, image = (np.abs(x) if np.iscomplexobj(x) else x for x in (self.start, self.result))
        return first, image


def frame_figure(start: str, frames: Sequence[Frame]) -> Figure:
    """Draw frames, a row for each.

    Images share their grey scale, from black for 0. The differences are those to the reference, or to the
    first image where there is none; they share a scale that is symmetric about zero.

    Args:
        start: title of the images that solvers start from.
        frames: of one file.

    Returns:
        The figure; nothing is written.
    """
    has_reference, has_data = frames[0].reference is not None, frames[0].measured is not None
    truths = [each.images[0] if each.reference is None else each.reference for each in frames]
    other = "reference" if has_reference else start
    shown = [each.reference if each.reference is not None else each.images[1] for each in frames]
    high = max(float(np.max(each)) for each in shown) or 1.0
    differences = [each.images[1] - truth for each, truth in zip(frames, truths, strict=True)]
    limit = max(map(largest_difference, differences))
    with figure_style():
        shapes = [(each.result.shape[0], each.result.shape[1]) for each in frames]
        figure, rows = rows_of_panels(shapes, 3 + has_reference + has_data)
        for frame, difference, axes in zip(frames, differences, rows, strict=True):
            first, image = frame.images
            pictures = [(f"{frame.name}\n{start}" if frame.name else start, first), ("result", image)]
            if frame.reference is not None:
                pictures.append(("reference", frame.reference))
            for axis, (title, picture) in zip(axes, pictures, strict=False):
                show(axis, title, picture, cmap="gray", vmin=0, vmax=high)
            scaled = axes[len(pictures)]
            drawn = show_difference(scaled, f"result - {other}", difference, limit)
            if frame.measured is not None:
                panel = frame.measured[1]
                low, top = (0, 1) if panel.dtype == bool else (panel.min(), panel.max())
                show(axes[-1], *frame.measured, cmap="gray", vmin=low, vmax=top)
                outline(axes[-1])
        add_scale(scaled, drawn, "units of the image")
    return figure


def mri_figure(compared: Sequence[ComparedFrame]) -> Figure:
    """Draw frames of MRI, see `frame_figure`; masks have the low frequencies in the middle."""
    frames = [
        Frame(start, result, (f"mask, {mask.mean():.0%}", mask), reference, name)
        for start, result, mask, reference, name in compared
    ]
    return frame_figure("zero-filled", frames)
