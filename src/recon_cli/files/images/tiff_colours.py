"""Colours of TIFF that are read as RGB: palettes, and YCbCr of JPEG, which its decoder turns into RGB."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_RGB, _PALETTE, _YCBCR, _JPEG = 2, 3, 6, 7


def is_palette(page: Any) -> bool:
    """Return whether the values of a page are places in a list of colours."""
    return bool(page.photometric == _PALETTE and page.samplesperpixel == 1 and page.colormap is not None)


def shown_as(page: Any) -> int:
    """Return TIFF's number of the colours that the samples of a page have once they are read."""
    decoded = page.photometric == _YCBCR and page.compression == _JPEG and page.samplesperpixel == 3
    return _RGB if decoded or is_palette(page) else int(page.photometric)


def without_palette(array: NDArray[Any], page: Any) -> NDArray[np.uint8]:
    """Return the colours of values, `(..., 3)`, of 8 bits.

    Args:
        array: the values.
        page: with the list of colours.
    """
    return np.ascontiguousarray((np.asarray(page.colormap) >> 8).astype(np.uint8).T)[array]
