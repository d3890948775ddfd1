"""A denoised image as a figure: noisy image, result and residual, each with the same place enlarged."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..quality.metrics import psnr
from ..workflows.file_workflow import shown_parts
from .inset import choose_inset, enlarge
from .panels import (
    GREY_LEVELS,
    add_scale,
    figure_style,
    largest_difference,
    rows_of_panels,
    show,
    show_difference,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from ..workflows.denoising.stages import BeforeAndAfter

_MOST_PIXELS = 1400
"""Of a side: larger images are drawn with the means of small blocks, but for the inset."""


class Section(NamedTuple):
    """A plane of an image, or a section across the planes of a volume.

    Attributes:
        noisy: `(channels, height, width)`, three channels or one, in [0, 1] up to noise.
        result: of the same shape.
        reference: of the same shape, or None; adds a panel, and PSNR to the titles.
        name: which one it is, for the title.
    """

    noisy: NDArray[np.float32]
    result: NDArray[np.float32]
    reference: NDArray[np.float32] | None = None
    name: str = ""


def picture_figure(stages: BeforeAndAfter) -> Figure:
    """Draw an image; of a stack the first, the middle and the last plane, of a volume its middle sections."""
    return denoise_figure(_volume(stages) if stages.is_volume else _planes(stages), stages.name)


def denoise_figure(sections: Sequence[Section], name: str = "noisy") -> Figure:
    """Draw sections of an image, a row for each.

    The images share a scale from the 0.1 % darkest to the 0.1 % brightest values of the results; the
    residuals, noisy image minus result, share one in 8-bit grey levels, as sigma is. Each inset enlarges the
    place of its section with most detail.

    Args:
        sections: of the same image.
        name: of the noisy image, for the titles.
    """
    some = np.concatenate(
        [each.result[:, :: _step(each.result), :: _step(each.result)].ravel() for each in sections]
    )
    low, high = (float(x) for x in np.quantile(some, (0.001, 0.999)))
    high = high if high > low else low + 1
    insets = [choose_inset(each.result) for each in sections]
    details = [
        255 * (each.noisy[:, *inset.place] - each.result[:, *inset.place])
        for each, inset in zip(sections, insets, strict=True)
    ]
    limit = max(map(largest_difference, details))

    def paint(axis: Axes, title: str, picture: NDArray[Any]) -> None:
        show(axis, title, ((picture - low) / (high - low)).clip(0, 1), cmap="gray", vmin=0, vmax=1)

    with figure_style():
        count = 3 + (sections[0].reference is not None)
        figure, rows = rows_of_panels(
            [(each.result.shape[1], each.result.shape[2]) for each in sections], count
        )
        for each, inset, detail, axes in zip(sections, insets, details, rows, strict=True):
            for axis, (title, picture) in zip(axes, _titled(each, name), strict=False):
                paint(axis, title, _reduced(picture))
                enlarge(axis, _drawable(picture[:, *inset.place]), inset, paint)
            residual = 255 * (_reduced(each.noisy) - _reduced(each.result))
            title = f"{name} - result, std {_deviation(each):.3g}/255"
            drawn = show_difference(axes[-1], title, residual, limit)
            enlarge(axes[-1], _drawable(detail), inset, partial(show_difference, limit=limit))
        add_scale(
            rows[-1][-1], drawn, GREY_LEVELS + (", each colour about grey" if residual.ndim == 3 else "")
        )
    return figure


def _planes(stages: BeforeAndAfter) -> list[Section]:
    count = len(stages.noisy)
    return [
        Section(
            stages.noisy[k],
            stages.result[k],
            None if stages.reference is None else stages.reference[k],
            f"plane {k + 1} of {count}" if count > 1 else "",
        )
        for k in shown_parts(count)
    ]


def _volume(stages: BeforeAndAfter) -> list[Section]:
    """Return the sections through the middle: along x and y, along x and z, and along y and z."""
    cuts = []
    for name, axis in (("xy", 0), ("xz", 2), ("yz", 3)):
        parts = [
            None if part is None else _cut(part, axis)
            for part in (stages.noisy, stages.result, stages.reference)
        ]
        noisy, result, reference = parts
        assert noisy is not None
        assert result is not None
        cuts.append(Section(noisy, result, reference, f"{name} section"))
    return cuts


def _cut(planes: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """Return the middle of `(planes, channels, height, width)` along an axis, the channels first."""
    middle = np.take(planes, planes.shape[axis] // 2, axis)
    return middle if axis == 0 else np.moveaxis(middle, 1, 0)


def _titled(section: Section, name: str) -> list[tuple[str, NDArray[np.float32]]]:
    shown = [
        (f"{name} ({section.name})" if section.name else name, section.noisy),
        ("result", section.result),
    ]
    if section.reference is None:
        return shown
    clean = section.reference
    scored = [(f"{title}, {psnr(image, clean):.2f} dB", image) for title, image in shown]
    return [*scored, ("reference", clean)]


def _deviation(section: Section) -> float:
    pairs = zip(section.noisy, section.result, strict=True)
    total = sum(float(np.square(n - r, dtype=np.float64).sum()) for n, r in pairs)
    return 255 * math.sqrt(total / section.noisy.size)


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
