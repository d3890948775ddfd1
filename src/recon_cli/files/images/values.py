"""From the samples of a file to intensities in [0, 1] and back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ...errors import ReconError
from .picture import Picture

_FLOAT_RANGE = (-0.5, 1.5)


class Span(NamedTuple):
    """The two values of the data that become 0 and 1.

    Attributes:
        low: becomes 0.
        high: becomes 1.
        given: whether the user chose it.
    """

    low: float
    high: float
    given: bool = False


def choose_span(picture: Picture, given: tuple[float, float] | None = None) -> Span:
    """Return what is mapped to [0, 1]: the whole range of uint8 and uint16, floats as they are.

    Args:
        picture: whose values are meant.
        given: the two values, where the user named them.

    Raises:
        ReconError: when the dtype cannot be read, or not without being told the range.
    """
    dtype = picture.array.dtype
    if dtype.kind not in "uif" or (dtype.kind != "f" and dtype.itemsize > 4) or dtype.itemsize > 8:
        raise ReconError(
            f"{picture.name} holds {dtype} pixels; integers of at most 32 bits and floats of 64 can be read"
        )
    if given:
        return Span(*given, given=True)
    if dtype.kind == "f":
        return Span(0, 1)
    if dtype.kind == "u" and dtype.itemsize <= 2:
        return Span(0, _full_scale(dtype))
    raise ReconError(
        f"{picture.name} holds {dtype} pixels; without --range, uint8, uint16 and floats can be read"
    )


def own_range(picture: Picture) -> tuple[float, float] | None:
    """Return the range of counts: zero or less, and the largest one; None for uint8 and uint16.

    Counts that are not finite are left to `to_planes`.
    """
    stored = picture.changing()
    if stored.dtype.kind == "u" and stored.dtype.itemsize <= 2:
        return None
    low, high = min(0.0, float(np.nanmin(stored))), float(np.nanmax(stored))
    return (low, high) if np.isfinite([low, high]).all() and low < high else None


def to_planes(picture: Picture, span: Span) -> NDArray[np.float32]:
    """Return the intensities that a reconstruction works on.

    Args:
        picture: the image.
        span: of `choose_span`.

    Returns:
        `(planes, channels, height, width)`, float32, in [0, 1] up to noise; three channels for RGB, else one.

    Raises:
        ReconError: when values are not finite, or floats lie outside [-0.5, 1.5] and no range was given.
    """
    stored = picture.changing()
    if stored.dtype.kind == "f":
        _check_finite(picture.name, stored)
        low, high = float(stored.min()), float(stored.max())
        if not span.given and (low < _FLOAT_RANGE[0] or high > _FLOAT_RANGE[1]):
            raise ReconError(
                f"{picture.name} has float values from {low:.4g} to {high:.4g}; scale them to [0, 1], or say "
                "with --range which values are 0 and 1"
            )
    planes = np.empty(stored.shape, np.float32)
    for place in np.ndindex(stored.shape[:-2]):  # a plane at a time: float64 of a whole stack is large
        wide = stored[place].astype(np.float64)
        wide -= span.low
        wide /= span.high - span.low
        planes[place] = wide
    return planes.reshape(-1, *stored.shape[-3:])


def with_planes(picture: Picture, planes: NDArray[np.float32], span: Span, dtype: DTypeLike) -> Picture:
    """Return the picture with other intensities: clipped to [0, 1], mapped back, integers rounded.

    Alpha is copied. Where integers of another type are asked for, [0, 1] is spread over their whole range.

    Args:
        picture: where the planes came from.
        planes: `(planes, channels, height, width)` as of `to_planes`.
        span: of `choose_span`.
        dtype: of the result's samples.
    """
    dtype = np.dtype(dtype)
    array = np.empty_like(picture.array, dtype)
    if dtype != picture.array.dtype and not (span.given and dtype.kind == "f"):
        span = Span(0, _full_scale(dtype))
    changed = picture.changing(array)
    intensities = planes.reshape(changed.shape)
    for place in np.ndindex(changed.shape[:-2]):
        values = span.low + np.clip(intensities[place], 0, 1).astype(np.float64) * (span.high - span.low)
        changed[place] = stored_as(values, dtype)
    alpha = picture.copying()
    same = dtype == alpha.dtype
    factor = _full_scale(dtype) / _full_scale(alpha.dtype)
    picture.copying(array)[...] = alpha if same else stored_as(alpha.astype(np.float64) * factor, dtype)
    return replace(picture, array=array)


def stored_as(values: NDArray[np.float64], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return values as samples of a type; integers are rounded, and held within what it can store."""
    if dtype.kind == "f":
        return values.astype(dtype)
    limits = np.iinfo(dtype)
    return np.clip(np.rint(values), limits.min, limits.max).astype(dtype)


def _full_scale(dtype: np.dtype[Any]) -> float:
    return 1 if dtype.kind == "f" else int(np.iinfo(dtype).max)


def _check_finite(name: str, stored: NDArray[Any]) -> None:
    wrong = ~np.isfinite(stored)
    count = int(wrong.sum())
    if count:
        *outer, row, column = np.argwhere(wrong)[0]
        plane = (
            f"plane {np.ravel_multi_index(outer, stored.shape[:-2])}, " if max(stored.shape[:-2]) > 1 else ""
        )
        raise ReconError(
            f"{name} has {count} NaN or infinite pixels, the first at {plane}row {row}, column {column}"
        )
