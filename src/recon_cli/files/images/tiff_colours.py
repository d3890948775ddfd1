"""Colours of TIFF that are read as RGB: palettes, and YCbCr of JPEG, which its decoder turns into RGB."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from .limits import check_image

_RGB, _PALETTE, _YCBCR, _JPEG = 2, 3, 6, 7


def is_palette(page: Any) -> bool:
    """Return whether the values of a page are places in a list of colours."""
    return bool(page.photometric == _PALETTE and page.samplesperpixel == 1 and page.colormap is not None)


def shown_as(page: Any) -> int:
    """Return TIFF's number of the colours that the samples of a page have once they are read."""
    decoded = page.photometric == _YCBCR and page.compression == _JPEG and page.samplesperpixel == 3
    return _RGB if decoded or is_palette(page) else int(page.photometric)


def without_palette(name: str, array: NDArray[Any], pages: Sequence[Any]) -> NDArray[np.uint8]:
    """Return the colours of values, `(..., 3)`, of 8 bits.

    Args:
        name: of the file.
        array: the values of all pages.
        pages: all of them.

    Raises:
        ReconError: when they have lists of their own, or the result is too large.
    """
    colours = np.asarray(pages[0].colormap)
    if any(not np.array_equal(colours, page.colormap) for page in pages[1:]):
        raise ReconError(f"{name} has pages of different palettes; save them apart")
    check_image(name, (*array.shape, 3))
    return np.ascontiguousarray((colours >> 8).astype(np.uint8).T)[array]
