"""A denoised image as a figure: noisy image, result and residual, each with the same place enlarged."""

from __future__ import annotations

import itertools
import math
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import Rectangle

from ..quality.metrics import psnr
from .panels import add_scale, figure_style, largest_difference, row_of_panels, show, show_difference

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from ..workflows.denoising.stages import BeforeAndAfter

Place = tuple[slice, slice]
_MOST_PIXELS = 1400
"""Of a side: larger images are drawn with the means of small blocks, but for the inset."""
_SMALLEST, _LARGEST = 12, 96
_INSET = 0.4
"""Side of the inset relative to the shorter side of the image."""
_FRAME = "#D55E00"


def middle_plane(stages: BeforeAndAfter) -> Figure:
    """Draw the middle plane of an image."""
    count = len(stages.noisy)
    noisy, result = (planes[count // 2] for planes in (stages.noisy, stages.result))
    clean = None if stages.reference is None else stages.reference[count // 2]
    plane = f"plane {count // 2 + 1} of {count}" if count > 1 else ""
    return denoise_figure(noisy, result, clean, plane, stages.name)


def denoise_figure(
    noisy: NDArray[np.float32],
    result: NDArray[np.float32],
    reference: NDArray[np.float32] | None = None,
    plane: str = "",
    name: str = "noisy",
) -> Figure:
    """Draw one plane of an image.

    The images share a scale from the 0.1 % darkest to the 0.1 % brightest values of the result; the residual,
    noisy image minus result, is in 8-bit units as sigma is. The inset enlarges the place with most detail.

    Args:
        noisy: `(channels, height, width)`, three channels or one, in [0, 1] up to noise.
        result: of the same shape.
        reference: of the same shape, or None; adds a panel, and PSNR to the titles.
        plane: which one it is, for the title.
        name: of the noisy image, likewise.

    Returns:
        The figure, in one row.
    """
    shown = [(f"{name} ({plane})" if plane else name, noisy), ("result", result)]
    if reference is not None:
        shown = [(f"{title}, {psnr(image, reference):.2f} dB", image) for title, image in shown]
        shown.append(("reference", reference))
    place = _detail(result)
    some = result[:, :: _step(result), :: _step(result)]
    low, high = (float(x) for x in np.quantile(some, (0.001, 0.999)))
    high = high if high > low else low + 1

    def paint(axis: Axes, title: str, picture: NDArray[Any]) -> None:
        show(axis, title, ((picture - low) / (high - low)).clip(0, 1), cmap="gray", vmin=0, vmax=1)

    with figure_style():
        figure, axes = row_of_panels(len(shown) + 1, *result.shape[1:])
        for axis, (title, picture) in zip(axes, shown, strict=False):
            paint(axis, title, _reduced(picture))
            _enlarge(axis, picture[:, *place], place, result.shape[1:], paint)
        residual = 255 * (_reduced(noisy) - _reduced(result))
        detail = 255 * (noisy[:, *place] - result[:, *place])
        limit = largest_difference(detail)
        title = f"{name} - result, std {_deviation(noisy, result):.3g}/255"
        add_scale(axes[-1], show_difference(axes[-1], title, residual, limit))
        _enlarge(axes[-1], detail, place, result.shape[1:], partial(show_difference, limit=limit))
    return figure


def _deviation(noisy: NDArray[np.float32], result: NDArray[np.float32]) -> float:
    total = sum(float(np.square(n - r, dtype=np.float64).sum()) for n, r in zip(noisy, result, strict=True))
    return 255 * math.sqrt(total / noisy.size)


def _step(image: NDArray[np.float32]) -> int:
    return math.ceil(max(image.shape[1:]) / _MOST_PIXELS)


def _reduced(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return `(height, width)` or `(height, width, 3)`, the means of blocks where an image is large."""
    step = _step(image)
    channels, height, width = image.shape
    rows, cols = max(height // step, 1), max(width // step, 1)
    down, across = height // rows, width // cols
    blocks = image[:, : rows * down, : cols * across].reshape(channels, rows, down, cols, across)
    return _drawable(blocks.mean((2, 4)))


def _drawable(image: NDArray[np.float32]) -> NDArray[np.float32]:
    return image[0] if len(image) == 1 else np.moveaxis(image, 0, -1)


def _detail(image: NDArray[np.float32]) -> Place:
    """Return the square place whose neighbouring pixels differ most."""
    height, width = image.shape[1:]
    side = min(max(min(height, width) // 6, _SMALLEST), _LARGEST, height, width)
    starts = itertools.product(_starts(height, side), _starts(width, side))
    places = [(slice(row, row + side), slice(col, col + side)) for row, col in starts]
    return max(places, key=lambda place: _variation(image[:, *place]))


def _starts(length: int, side: int) -> list[int]:
    return [*range(0, length - side, max(side // 2, 1)), length - side]


def _variation(part: NDArray[np.float32]) -> float:
    return float(np.abs(np.diff(part, axis=1)).sum() + np.abs(np.diff(part, axis=2)).sum())


def _enlarge(
    axis: Axes,
    part: NDArray[np.float32],
    place: Place,
    shape: tuple[int, ...],
    paint: Callable[[Axes, str, NDArray[Any]], object],
) -> None:
    """Draw a part of an image in the corner that lies farthest from it, and a frame about both.

    Args:
        axis: shows the image.
        part: `(channels, side, side)`.
        place: of the part in the image.
        shape: height and width of the image.
        paint: draws with the scale of the image.
    """
    height, width = shape
    down, across = (part_of.start + part_of.stop for part_of in place)
    side = _INSET * min(height, width)
    high, wide = side / height, side / width
    left, top = across > width, down > height
    inset = axis.inset_axes((0 if left else 1 - wide, 1 - high if top else 0, wide, high))
    paint(inset, "", _drawable(part))
    frame: dict[str, Any] = {"fill": False, "edgecolor": _FRAME, "linewidth": 0.8}
    inset.add_patch(Rectangle((0, 0), 1, 1, transform=inset.transAxes, clip_on=False, **frame))
    rows, cols = place
    corner = cols.start / width, 1 - rows.stop / height
    size = (cols.stop - cols.start) / width, (rows.stop - rows.start) / height
    axis.add_patch(Rectangle(corner, *size, transform=axis.transAxes, **frame))
