"""A frame as a figure: the image that solvers start from, result, difference, and what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .panels import add_scale, figure_style, largest_difference, rows_of_panels, show, show_difference

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray


def frame_figure(
    start: tuple[str, NDArray[Any]],
    result: NDArray[Any],
    measured: tuple[str, NDArray[Any]] | None = None,
    reference: NDArray[np.float32] | None = None,
) -> Figure:
    """Draw one frame.

    Images share their grey scale, from black for 0. The difference is that to the reference, or to the first
    image where there is none, on a scale of its own that is symmetric about zero.

    Args:
        start: title and image, `(height, width)`, real or complex; of complex images the magnitude is shown.
        result: of the same shape.
        measured: title and panel of what was measured, on a grey scale of its own, or None.
        reference: of the same shape as the result.

    Returns:
        The figure, in one row.
    """
    name, _ = start
    first, image = (np.abs(x) if np.iscomplexobj(x) else x for x in (start[1], result))
    truth, other = (first, name) if reference is None else (reference, "reference")
    high = float(np.max(image if reference is None else reference)) or 1.0
    shown = [(name, first), ("result", image)]
    if reference is not None:
        shown.append(("reference", reference))
    with figure_style():
        panels = len(shown) + 1 + (measured is not None)
        figure, (axes,) = rows_of_panels([(image.shape[0], image.shape[1])], panels)
        for axis, (title, picture) in zip(axes, shown, strict=False):
            show(axis, title, picture, cmap="gray", vmin=0, vmax=high)
        difference = image - truth
        limit = largest_difference(difference)
        axis = axes[len(shown)]
        add_scale(axis, show_difference(axis, f"result - {other}", difference, limit), "units of the image")
        if measured is not None:
            low, top = (0, 1) if measured[1].dtype == bool else (measured[1].min(), measured[1].max())
            show(axes[-1], *measured, cmap="gray", vmin=low, vmax=top)
    return figure


def mri_figure(
    zero_filled: NDArray[Any],
    result: NDArray[Any],
    mask: NDArray[np.bool_],
    reference: NDArray[np.float32] | None = None,
) -> Figure:
    """Draw one frame, see `frame_figure`.

    Args:
        zero_filled: `(height, width)`, real or complex; of complex images the magnitude is shown.
        result: of the same shape.
        mask: `(height, width)`, drawn with the low frequencies in the middle.
        reference: of the same shape as the result.

    Returns:
        The figure, in one row.
    """
    measured = (f"mask, {mask.mean():.0%}", mask)
    return frame_figure(("zero-filled", zero_filled), result, measured, reference)
