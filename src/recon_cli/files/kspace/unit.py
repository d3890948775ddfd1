"""Samples of any size, brought to where single precision holds their squares."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LOWEST, _HIGHEST = 1e-9, 1e9
"""Of the largest magnitude, between which values stay as they are."""


def unit_of(samples: NDArray[Any]) -> float:
    """Return the unit that samples are divided by, a power of two: near their largest magnitude, or 1.

    It is 1 where single precision holds their squares, and where they are not complex.

    Args:
        samples: of any shape; what is not finite does not count.
    """
    if samples.dtype.kind != "c" or not samples.size:
        return 1.0
    parts = samples.real, samples.imag
    largest = max(
        float(sign * extreme(part, where=np.isfinite(part), initial=0))
        for part in parts
        for sign, extreme in ((1, np.max), (-1, np.min))
    )
    if largest == 0 or _LOWEST <= largest <= _HIGHEST or not math.isfinite(largest):
        return 1.0
    return math.ldexp(1.0, math.frexp(largest)[1] - 1)


def divided(samples: NDArray[Any], unit: float) -> NDArray[Any]:
    """Return samples divided by a unit, those of 1 as they are and others in double precision."""
    if unit == 1:
        return samples
    with np.errstate(invalid="ignore"):  # of NaN, which the reader refuses
        return np.asarray(samples, np.complex128) / unit


def multiplied(images: NDArray[Any], unit: float) -> NDArray[Any]:
    """Return images in the units of samples that were divided.

    They are in single precision where that holds them, else in double precision.

    Args:
        images: float32 or complex64.
        unit: what samples were divided by.
    """
    if unit == 1:
        return images
    exact = images.astype(np.result_type(images.dtype, np.float64)) * unit
    limits = np.finfo(np.float32)
    lowest, highest = float(limits.tiny / limits.eps), float(limits.max)
    largest = float(np.abs(exact).max(initial=0))
    # a picture whose maximum is hardly a normal number would lose its dark pixels
    fits = largest == 0 or lowest < largest < highest
    return exact.astype(images.dtype) if fits else exact
