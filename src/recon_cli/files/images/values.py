"""From the samples of a file to intensities in [0, 1] and back."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ...errors import ReconError
from .channels import Spans
from .picture import Picture
from .span import Least, Span, any_width, check_type, find_span, full_scale

_BAND = 2**21
"""Pixels that are converted at once: float64 of a whole picture is large."""
_EXACT = 2.0**53
"""Integers beyond it are told apart by no float."""


def choose_span(
    picture: Picture,
    given: tuple[float, float] | None = None,
    least: Least = any_width,
    by_type: bool = False,
    channel: int = 0,
    holes: NDArray[np.bool_] | None = None,
) -> Span:
    """Return what is mapped to [0, 1], and within which values results stay.

    Args:
        picture: whose values are meant.
        given: the two values, where the user named them; results stay between them.
        least: see `find_span`.
        by_type: likewise.
        channel: of a stack, whose values are looked at.
        holes: pixels whose values are none, `(planes, height, width)`.

    Raises:
        ReconError: when the dtype cannot be read, or values are too large to be told apart.
    """
    check_type(picture.array.dtype, picture.name)
    span = Span(*given, source="user") if given else _found(picture, channel, least, by_type, holes)
    exact = picture.array.dtype.kind == "f" or max(map(abs, span.limits)) <= _EXACT
    if not (exact and math.isfinite(span.width)):
        raise ReconError(
            f"{picture.name} has values from {span.limits[0]:.4g} to {span.limits[1]:.4g}; scale them"
        )
    return span


def _found(
    picture: Picture, channel: int, least: Least, by_type: bool, holes: NDArray[np.bool_] | None
) -> Span:
    hollow = None if holes is None else picture.of_channel(channel, picture.for_colours(holes))
    return find_span(picture.of_channel(channel), least, by_type, hollow)


def to_planes(
    picture: Picture, span: Span | Spans, holes: NDArray[np.bool_] | None = None
) -> NDArray[np.float32]:
    """Return the intensities that a reconstruction works on.

    Args:
        picture: the image.
        span: of `choose_span`, that of all planes or those of the channels.
        holes: pixels that become 0, whatever they hold, `(planes, height, width)`.

    Returns:
        `(planes, channels, height, width)`, float32, in [0, 1] up to noise; three channels for RGB, else one.

    Raises:
        ReconError: when values are not finite and no holes.
    """
    stored = picture.changing()
    if stored.dtype.kind == "f" and holes is None:
        _check_finite(picture.name, stored)
    planes = np.empty(stored.shape, np.float32)
    spans = enumerate(_of_planes(picture, span))
    for place, (index, own) in zip(np.ndindex(stored.shape[:-2]), spans, strict=True):
        for rows in _bands(stored):
            wide = stored[place][rows].astype(np.float64)
            if holes is not None:
                wide[holes[index // stored.shape[-3]][rows]] = own.low
            wide -= own.low
            wide /= own.width
            planes[place][rows] = wide
    return planes.reshape(-1, *stored.shape[-3:])


def with_planes(
    picture: Picture, planes: NDArray[np.float32], span: Span | Spans, dtype: DTypeLike
) -> Picture:
    """Return the picture with other intensities: mapped back within the limits of the span, integers rounded.

    Floats are in the units of the data. Where integers of another type are asked for, what lies between the
    limits is spread over their whole range. Alpha is copied, and scaled only to other integers.

    Args:
        picture: where the planes came from.
        planes: `(planes, channels, height, width)` as of `to_planes`.
        span: as of `to_planes`.
        dtype: of the result's samples.
    """
    dtype = np.dtype(dtype)
    array = np.empty_like(picture.array, dtype)
    spread = dtype != picture.array.dtype and dtype.kind != "f"
    changed = picture.changing(array)
    intensities = planes.reshape(changed.shape)
    for place, own in zip(np.ndindex(changed.shape[:-2]), _of_planes(picture, span), strict=True):
        low, high = own.limits
        for rows in _bands(changed):
            values = own.low + intensities[place][rows].astype(np.float64) * own.width
            values = np.clip(values, low, high, out=values)
            if spread:
                values = (values - low) / ((high - low) or 1) * full_scale(dtype)
            changed[place][rows] = stored_as(values, dtype)
    alpha = picture.copying()
    factor = full_scale(dtype) / full_scale(alpha.dtype)
    picture.copying(array)[...] = stored_as(alpha.astype(np.float64) * factor, dtype) if spread else alpha
    return replace(picture, array=array)


def _bands(planes: NDArray[Any]) -> Iterator[slice]:
    """Yield rows of planes, `(..., height, width)`, that are converted at once."""
    height, width = planes.shape[-2:]
    rows = max(1, _BAND // width)
    return (slice(first, first + rows) for first in range(0, height, rows))


def _of_planes(picture: Picture, span: Span | Spans) -> Iterator[Span]:
    """Yield the span of each grey plane and colour, in the order of `changing`."""
    *outer, colours, _, _ = picture.changing().shape
    for plane in range(math.prod(outer)):
        yield from itertools.repeat(span if isinstance(span, Span) else span.of_plane(plane), colours)


def stored_as(values: NDArray[np.float64], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return values as samples of a type; integers are rounded, and held within what it can store."""
    if dtype.kind == "f":
        return values.astype(dtype)
    limits = np.iinfo(dtype)
    most = float(limits.max)
    if most > limits.max:  # of 64 bits, whose largest integer is no float
        most = float(np.nextafter(most, 0))
    return np.clip(np.rint(values), limits.min, most).astype(dtype)


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
