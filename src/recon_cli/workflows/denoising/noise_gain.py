"""Estimate gain and read noise of counts from a noisy image alone."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import ReconError
from .blocks import HIGH, SIZE, blocks_of, power_of, quietness
from .poisson import CountModel

_CLASSES, _LEAST_BLOCKS = 32, 24
_QUIET = 0.05
_PILED_UP = 0.05
"""Share of a block's pixels at the least or largest value from which on they count as cut there."""
_SMOOTH, _SPREAD = 1.3, 3.0
"""A block holds noise alone where its low frequencies have at most so many times the power of the noise, and
its high ones differ from it by at most so many standard deviations."""
_DEVIATION = math.sqrt(2 / HIGH.sum())
"""Of the power at high frequencies of a block, relative, of noise alone."""
_OVERLAP = (SIZE / 2) ** 2
"""Blocks that a pixel lies in at most."""
_ROUNDS = 30
_KNOWN, _SURE = 8.0, 3.0
"""Standard errors that the gain is at least, and that what is below zero lies below it."""
_MEND = "give it with --gain, or take --sigma auto"


def estimate_counts(
    counts: NDArray[Any],
    offset: float = 0.0,
    read_noise: float | None = None,
    holes: NDArray[np.bool_] | None = None,
) -> CountModel:
    """Estimate how a detector counts from what it counted.

    The variance of the noise grows with the mean, `gain * (mean - offset) + read_noise^2`. Blocks are sorted
    into classes by their means; in the quietest of each class what is left at high frequencies is noise, as
    in `estimate_sigma`; a line is fitted to mean and variance of the classes so that few of them, where the
    image has no quiet place, do not matter.

    Args:
        counts: `(n, height, width)`, planes that share the detector.
        offset: counts without light.
        read_noise: of the detector, where it is known.
        holes: pixels that were not measured, of the same shape.

    Raises:
        ReconError: when the noise does not say: too few pixels, of one brightness, or whose noise does not
            grow with the light from the offset on.
    """
    blocks = _uncut(counts, holes)
    line = _fit(blocks, offset, read_noise) if len(blocks) >= 3 * _LEAST_BLOCKS else None
    if line is None:
        raise ReconError(f"the image has too few places of unequal brightness to estimate the gain; {_MEND}")
    gain, variance, error_of_gain, error = line
    if gain < _KNOWN * error_of_gain:
        raise ReconError(
            "how the noise grows with the light cannot be told well enough in this image to find the gain "
            f"({gain:.3g}, with an error of {error_of_gain:.2g}); {_MEND}"
        )
    if variance < -_SURE * error:
        zero = offset - variance / gain
        raise ReconError(
            f"the noise vanishes at {zero:.4g} counts, not at --offset {offset:g}; give --offset {zero:.4g}"
        )
    return CountModel(gain, math.sqrt(max(variance, 0.0)) if read_noise is None else read_noise, offset)


def _uncut(counts: NDArray[Any], holes: NDArray[np.bool_] | None) -> NDArray[np.float64]:
    """Return blocks of all planes, those without values that were cut, where there are enough."""
    if min(counts.shape[1:]) < SIZE:
        return np.empty((0, SIZE, SIZE))
    low, high = counts.min(), counts.max()
    hollow = itertools.repeat(None) if holes is None else holes
    blocks = np.concatenate([blocks_of(plane, hole) for plane, hole in zip(counts, hollow, strict=False)])
    most = _PILED_UP * SIZE**2
    whole = ((blocks <= low).sum((1, 2)) <= most) & ((blocks >= high).sum((1, 2)) <= most)
    return (blocks[whole] if whole.sum() >= _CLASSES * _LEAST_BLOCKS else blocks).astype(np.float64)


def _fit(
    blocks: NDArray[np.float64], offset: float, read_noise: float | None
) -> tuple[float, float, float, float] | None:
    """Fit a line to mean and variance of the blocks that hold noise alone.

    Returns:
        Slope, value at 0 and the standard errors of both; None where the means are one.
    """
    known = None if read_noise is None else read_noise**2
    power = power_of(blocks)
    means, low, high = blocks.mean((1, 2)) - offset, quietness(power), power[:, HIGH].mean(1)
    begun = _begin(*_classes(means, low, high), known)
    if begun is None:
        return None
    line, design = np.array(begun), np.stack([means, np.ones_like(means)], 1)
    errors = np.full(2, math.inf)
    for _ in range(_ROUNDS):
        model = design @ line
        model = np.maximum(model, 1e-3 * np.median(model))
        alone = (low <= _SMOOTH * model) & (np.abs(high / model - 1) <= _SPREAD * _DEVIATION)
        weight = alone / model**2
        free = design if known is None else design[:, :1]
        normal = free.T @ (weight[:, None] * free)
        if np.linalg.matrix_rank(normal) < len(normal):
            return None
        rest = high if known is None else high - known
        found = np.linalg.solve(normal, free.T @ (weight * rest))
        errors[: len(found)] = _DEVIATION * np.sqrt(np.diag(np.linalg.inv(normal)) * _OVERLAP)
        line = found if known is None else np.array([found[0], known])
    return float(line[0]), float(line[1]), float(errors[0]), float(errors[1])


def _classes(
    means: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and variance of the quietest blocks of each class."""
    parts = np.array_split(np.argsort(means, kind="stable"), min(_CLASSES, len(means) // _LEAST_BLOCKS))
    quiet = [part[np.argsort(low[part])[: max(_LEAST_BLOCKS, round(_QUIET * len(part)))]] for part in parts]
    return np.array([means[q].mean() for q in quiet]), np.array([high[q].mean() for q in quiet])


def _begin(
    means: NDArray[np.float64], variances: NDArray[np.float64], known: float | None
) -> tuple[float, float] | None:
    """Return the line through two of the points, or one and the known value, that most of the others like."""
    points = list(zip(means, variances, strict=True))
    pairs = itertools.combinations(points, 2) if known is None else (((0.0, known), p) for p in points)
    best, line = math.inf, None
    for (x, low), (other, high) in pairs:
        if abs(other - x) <= 1e-9 * max(abs(x), abs(other)):
            continue
        slope = (high - low) / (other - x)
        value = low - slope * x
        model = np.maximum(slope * means + value, 1e-12)
        error = float(np.median(np.abs(np.log(np.maximum(variances, 1e-12) / model))))
        if error < best:
            best, line = error, (slope, value)
    return line
