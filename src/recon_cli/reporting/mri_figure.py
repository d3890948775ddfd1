"""A reconstruction as a figure: zero-filled image, result, difference and mask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .frame_figure import frame_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray


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
