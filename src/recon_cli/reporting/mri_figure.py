"""A reconstruction as a figure: zero-filled image, result, difference and mask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from .mri_scores import cut_middle

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ..files.references import Reference
    from ..workflows.mri.study import Study

_SIDE = 2.3
_TITLES = 0.35


def middle_frame(
    study: Study, results: NDArray[Any], zero_filled: NDArray[Any], reference: Reference | None
) -> Figure:
    """Draw the middle frame of a study, as far as the reference reaches.

    Args:
        study: what was reconstructed.
        results: `(frames, height, width)`.
        zero_filled: of the same shape.
        reference: with as many frames, or None.
    """
    frame = len(study) // 2
    mask = study.mask(frame) if study.options.centred else np.fft.fftshift(study.mask(frame))
    if reference is None:
        return mri_figure(zero_filled[frame], results[frame], mask)
    start, result = (cut_middle(x, reference.images.shape)[frame] for x in (zero_filled, results))
    return mri_figure(start, result, mask, reference.images[frame])


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
    with matplotlib.rc_context({"font.family": "DejaVu Sans", "font.size": 8}):
        shown = [("zero-filled", start), ("result", image)]
        if reference is not None:
            shown.append(("reference", reference))
        height = _SIDE * image.shape[0] / image.shape[1]
        figure = Figure((_SIDE * (len(shown) + 2), height + _TITLES), layout="constrained")
        axes = figure.subplots(1, len(shown) + 2)
        for axis, (title, picture) in zip(axes, shown, strict=False):
            _show(axis, title, picture, cmap="gray", vmin=0, vmax=high)
        difference = image - truth
        limit = float(np.quantile(np.abs(difference), 0.999)) or 1.0
        drawn = _show(axes[-2], f"result - {other}", difference, cmap="PuOr", vmin=-limit, vmax=limit)
        bar = figure.colorbar(drawn, ax=axes[-2], location="bottom", shrink=0.8, pad=0.02)
        bar.ax.tick_params(labelsize=6)
        _show(axes[-1], f"mask, {mask.mean():.0%}", mask, cmap="gray", vmin=0, vmax=1)
    return figure


def _show(axis: Axes, title: str, picture: NDArray[Any], **style: Any) -> Any:
    axis.set_title(title)
    axis.set_axis_off()
    return axis.imshow(picture, interpolation="nearest", **style)
