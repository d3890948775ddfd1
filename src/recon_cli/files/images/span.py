"""Which values of an image become 0 and 1, and between which ones its pixels stay."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError

_BEYOND = 0.5
"""Floats that lie outside [0, 1] by at most this are intensities in it up to noise; others are counts or in
other units."""
_REACH, _MOST = 1.25, 2.0
"""How far noise of a known level reaches beyond, in least widths of a range: some six standard deviations.
And the largest such width of intensities in [0, 1], that of a sigma of 100 of 255."""
_TAIL = 1e-3
"""Share of the values at each end that the range of the data leaves out: hot pixels, stars, dead ones."""
_FILLED = 0.25
"""Data that use less than this share of what their type holds have a range of their own."""
_SAMPLES = 2**22
"""Values that the range of the data is found from at most."""
_BLOCK = 16
_INSIDE = 0.5
"""An intensity in place of holes."""
_SURE = 6.0
"""Standard errors by which the mean of a block lies outside before its values count for more than noise."""
Least = Callable[["float | None"], float]
"""Takes what white is by the type, or None; gives a width, in the units of the data."""


def any_width(full: float | None) -> float:
    """Return that a range may have any width."""
    del full
    return 0.0


@dataclass(frozen=True)
class Span:
    """The two values of the data that become 0 and 1, and those between which results stay.

    The first two set the scale on which strengths and noise levels are meant; the others are the set C.

    Attributes:
        low: becomes 0.
        high: becomes 1.
        source: who named them: the type of the data, the user, or the data themselves.
        bounds: the least and the largest value of a result; None for `low` and `high`.
        full: difference of the values for which a sigma is of 255; None for that of `high` and `low`, NaN
            where neither the type nor the user names some.
        why: why they are not those of the type, in words.
    """

    low: float
    high: float
    source: Literal["type", "user", "data"] = "type"
    bounds: tuple[float, float] | None = None
    full: float | None = None
    why: str = ""

    @property
    def given(self) -> bool:
        """Whether the user chose the values."""
        return self.source == "user"

    @property
    def width(self) -> float:
        """Difference of the values that become 0 and 1."""
        return self.high - self.low

    @property
    def limits(self) -> tuple[float, float]:
        """The least and the largest value of a result."""
        return self.bounds or (self.low, self.high)

    @property
    def box(self) -> tuple[float, float]:
        """The limits as intensities, in single precision."""
        low, high = (float(np.float32((limit - self.low) / self.width)) for limit in self.limits)
        return low, high

    @property
    def grey_level(self) -> float:
        """What an 8-bit grey level, in which sigma is given, is in the data; NaN where nothing says so."""
        return (self.width if self.full is None else self.full) / 255

    def describe(self) -> str:
        """Return the values in words."""
        text = f"[{self.low:g}, {self.high:g}] is [0, 1]"
        if self.bounds:
            text += f", results stay within [{self.bounds[0]:g}, {self.bounds[1]:g}]"
        return f"{text} ({self.why})" if self.why else text


def check_type(dtype: np.dtype[Any], name: str) -> None:
    """Raise a ReconError for pixels that cannot be read."""
    if dtype.kind not in "uif" or dtype.itemsize > 8:
        raise ReconError(f"{name} holds {dtype} pixels; integers and floats of at most 64 bits can be read")


def full_scale(dtype: np.dtype[Any]) -> float:
    """Return what white is in a type: 1 for floats, the largest integer."""
    return 1 if dtype.kind == "f" else int(np.iinfo(dtype).max)


def range_of_type(
    stored: NDArray[Any], holes: NDArray[np.bool_] | None = None, beyond: float = _BEYOND
) -> float | None:
    """Return the white whose black is 0 by the type of the data alone, or None.

    Args:
        stored: all values; floats have one where they lie within [0, 1] or a bit beyond.
        holes: values that do not count.
        beyond: so far.
    """
    dtype = stored.dtype
    if dtype.kind == "f":
        low, high = extremes(stored, holes)
        return 1 if low >= -beyond and high <= 1 + beyond else None
    return full_scale(dtype) if dtype.kind == "u" and dtype.itemsize <= 2 else None


def span_of_type(stored: NDArray[Any], name: str) -> Span:
    """Return the whole range of uint8 and uint16, [0, 1] for floats, whatever of it the data use.

    Args:
        stored: all values.
        name: of the file, for messages.

    Raises:
        ReconError: when the type cannot be read, or says nothing of black and white.
    """
    check_type(stored.dtype, name)
    full = range_of_type(stored)
    if full is not None:
        return Span(0, full)
    if stored.dtype.kind == "f":
        low, high = extremes(stored)
        raise ReconError(
            f"{name} has float values from {low:.4g} to {high:.4g}; scale them to [0, 1], or say "
            "with --range which values are 0 and 1"
        )
    raise ReconError(
        f"{name} holds {stored.dtype} pixels; without --range, uint8, uint16 and floats can be read"
    )


def find_span(
    stored: NDArray[Any],
    least: Least = any_width,
    by_type: bool = False,
    holes: NDArray[np.bool_] | None = None,
) -> Span:
    """Return the range that suits the data: that of their type where they fill it, else one of their own.

    That of their own lies between robust quantiles, so that the same picture in other units, or on an offset,
    gives the same result; J keeps its meaning when data and lam are scaled together. Results stay
    within the smallest and the largest value, or within the type's range where that is taken.

    Args:
        stored: all values, `(..., height, width)`, of a type that can be read.
        least: width that a range of their own has at least; data that do not reach it have that of their
            type.
        by_type: take that of their type wherever it has one.
        holes: values that are none, of the shape of `stored` or one that is spread to it.
    """
    needed = least(1.0)
    beyond = max(_BEYOND, _REACH * needed) if needed <= _MOST else _BEYOND
    full, dtype = range_of_type(stored, holes, beyond), stored.dtype
    low, high = _robust(stored, holes)
    used, width = high - low, least(full)
    if full is not None and (by_type or used >= _FILLED * full or used < width or used == 0):
        if dtype.kind != "f" or _is_within(stored, holes):
            return Span(0, full)
        return Span(
            0, full, "type", extremes(stored, holes), None, "values beyond [0, 1] are more than noise"
        )
    why = (
        f"the data use {100 * used / full:.2g} % of {dtype.name}" if full else f"{dtype.name} names no range"
    )
    middle, half = (low + high) / 2, max(used, width) / 2 or 0.5
    if half > used / 2:
        low, high = middle - half, middle + half
    return Span(low, high, "data", extremes(stored, holes), math.nan if full is None else full, why)


def extremes(stored: NDArray[Any], holes: NDArray[np.bool_] | None = None) -> tuple[float, float]:
    """Return the smallest and the largest value that is finite and no hole; 0 and 0 where none is."""
    finite = np.isfinite(stored) if stored.dtype.kind == "f" else np.True_
    finite = finite if holes is None else finite & ~holes
    info = np.finfo(stored.dtype) if stored.dtype.kind == "f" else np.iinfo(stored.dtype)
    low = float(np.min(stored, where=finite, initial=info.max))
    high = float(np.max(stored, where=finite, initial=info.min))
    return (low, high) if low <= high else (0.0, 0.0)


def share_outside(
    stored: NDArray[Any], limits: tuple[float, float], holes: NDArray[np.bool_] | None = None
) -> float:
    """Return the share of the values that are no holes and lie outside of limits."""
    outside = (stored < limits[0]) | (stored > limits[1])
    return float((outside if holes is None else outside & ~holes).mean())


def _robust(stored: NDArray[Any], holes: NDArray[np.bool_] | None) -> tuple[float, float]:
    """Return the values that all but the tails lie between; the extremes where those are one value."""
    step = max(1, math.ceil(math.sqrt(stored.size / _SAMPLES)))
    values = stored[..., ::step, ::step]
    values = (
        values.ravel()
        if holes is None
        else values[~np.broadcast_to(holes, stored.shape)[..., ::step, ::step]]
    )
    if values.dtype.kind == "f":
        values = values[np.isfinite(values)].astype(np.float64)
    if not values.size:
        return 0.0, 0.0
    low, high = (float(value) for value in np.quantile(values, (_TAIL, 1 - _TAIL)))
    return (low, high) if low < high else extremes(stored, holes)


def _is_within(stored: NDArray[Any], holes: NDArray[np.bool_] | None) -> bool:
    """Return whether values outside of [0, 1] are no more than noise on intensities within it.

    So they are where the mean of no block lies outside by more than its standard error allows.
    """
    low, high = extremes(stored, holes)
    if low >= 0 and high <= 1:
        return True
    height, width = stored.shape[-2:]
    rows, cols = min(_BLOCK, height), min(_BLOCK, width)
    tall, wide = height // rows, width // cols
    for place in np.ndindex(stored.shape[:-2]):
        plane = stored[place][: tall * rows, : wide * cols].astype(np.float64)
        if holes is not None:
            plane[np.broadcast_to(holes, stored.shape)[place][: tall * rows, : wide * cols]] = _INSIDE
        blocks = plane.reshape(tall, rows, wide, cols)
        mean = blocks.mean((1, 3))
        error = _SURE * blocks.std((1, 3)) / math.sqrt(rows * cols)
        if ((mean + error < 0) | (mean - error > 1)).any():
            return False
    return True
