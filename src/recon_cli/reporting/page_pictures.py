"""Pictures inside a page: PNG and SVG as text, so that one file holds all."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

import matplotlib
import numpy as np
from numpy.typing import NDArray
from PIL import Image

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST_PIXELS = 1400
"""Of a side: larger pictures are shown by the means of blocks."""


def grey_levels(result: NDArray[np.float32]) -> tuple[float, float]:
    """Return the values that are black and white: 0.1 % of the result lie beyond each."""
    low, high = (float(value) for value in np.quantile(result, (0.001, 0.999)))
    return low, high if high > low else low + 1


def png_uri(picture: NDArray[np.float32], levels: tuple[float, float]) -> str:
    """Return a picture as an address that holds it.

    Args:
        picture: `(height, width)` or `(height, width, 3)`.
        levels: the values that are black and white.
    """
    low, high = levels
    step = -(-max(picture.shape[:2]) // _MOST_PIXELS)
    shown = _blocks(picture, step)
    scaled = np.nan_to_num(255 * (shown - low) / (high - low)).clip(0, 255)
    file = io.BytesIO()
    Image.fromarray(np.rint(scaled).astype(np.uint8)).save(file, "PNG", optimize=True)
    return _uri("image/png", file.getvalue())


def svg_uri(figure: Figure) -> str:
    """Return a figure likewise."""
    file = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": "recon"}):
        figure.savefig(file, format="svg", dpi=200, metadata={"Date": None})
    return _uri("image/svg+xml", file.getvalue())


def _blocks(picture: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    if step == 1:
        return picture
    rows, columns = max(picture.shape[0] // step, 1), max(picture.shape[1] // step, 1)
    down, across = picture.shape[0] // rows, picture.shape[1] // columns
    cut = picture[: rows * down, : columns * across]
    return cut.reshape(rows, down, columns, across, *picture.shape[2:]).mean((1, 3))


def _uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
