"""A reconstruction as a figure: zero-filled image, result, difference and mask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .panels import add_scale, figure_style, largest_difference, rows_of_panels, show, show_difference

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray


def mri_figure(
    zero_filled: NDArray[Any],
    result: NDArray[Any],
    mask: NDArray[np.bool_],
    reference: NDArray[np.float32] | None = None,
) -> Figure:
    """Draw one frame.

    Images share their grey scale. The difference is that to the reference, or to the zero-filled image
    where there is none, on a scale of its own that is symmetric about zero.

    Args:
        zero_filled: `(height, width)`, real or complex; of complex images the magnitude is shown.
        result: of the same shape.
        mask: `(height, width)`, drawn with the low frequencies in the middle.
        reference: of the same shape as the result.

    Returns:
        The figure, in one row.
    """
    start, image = (np.abs(x) if np.iscomplexobj(x) else x for x in (zero_filled, result))
    truth = start if reference is None else reference
    other = "zero-filled" if reference is None else "reference"
    high = float(np.max(image if reference is None else reference)) or 1.0
    shown = [("zero-filled", start), ("result", image)]
    if reference is not None:
        shown.append(("reference", reference))
    with figure_style():
        figure, (axes,) = rows_of_panels([(image.shape[0], image.shape[1])], len(shown) + 2)
        for axis, (title, picture) in zip(axes, shown, strict=False):
            show(axis, title, picture, cmap="gray", vmin=0, vmax=high)
        difference = image - truth
        limit = largest_difference(difference)
        drawn = show_difference(axes[-2], f"result - {other}", difference, limit)
        add_scale(axes[-2], drawn, "units of the image")
        show(axes[-1], f"mask, {mask.mean():.0%}", mask, cmap="gray", vmin=0, vmax=1)
    return figure
