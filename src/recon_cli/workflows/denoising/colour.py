"""Denoise colour images with dictionaries of grey ones."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Bounds = tuple[float, float]
"""Least and largest intensity of a pixel."""
Mixed = Literal["mean", "difference"]
"""What a plane is of colours."""
SolvePlanes = Callable[[NDArray[np.float32], float, Bounds, Mixed], NDArray[np.float32]]
"""Denoises grey planes `(n, height, width)` whose sigma, of 255, and whose box follow."""

_WIDTH = math.sqrt(8 / 3)
"""Of the box of differences over that of the channels: it cuts no colour."""
_ORDER = (0, 2, 1)
"""Colours of equal noise in the order in which differences are taken: red and blue, then both and green."""
_SHIFT = np.array([0.0, 0.5, 0.5])[:, None, None]
"""Brings the differences, which are around 0, to where intensities are."""
_ROWS = 64
COLOURS, SOLVED_ASIDE = 3, 2 / 3
"""Channels, and what of them is solved and not yet in its place at most, as a share of the result."""


def denoise_colour(
    noisy: NDArray[np.float32],
    sigma: float | NDArray[np.float64],
    solve_planes: SolvePlanes,
    box: Bounds = (0.0, 1.0),
) -> NDArray[np.float32]:
    """Denoise the three channels of RGB images together.

    The channels' mean has the noise `sigma / sqrt(3)`, and the two opponent planes, of orthonormal rows, have
    sigma. Where the levels differ the mean is weighted, see `opponent`.

    Args:
        noisy: `(batch, 3, height, width)`, intensities, in the box up to noise.
        sigma: noise level of all channels, or of each, of 255.
        solve_planes: the denoiser of grey planes, called with the level of the mean, and with those of the
            differences, once where they are the same; its results may be larger.
        box: of all channels.

    Returns:
        The images, `(batch, 3, height, width)` or as much larger, float32, in the box.

    References:
        K. Dabov, A. Foi, V. Katkovnik, K. Egiazarian, "Color image denoising via sparse 3D collaborative
        filtering with grouping constraint in luminance-chrominance space", ICIP 2007, for the transform.
    """
    batch, _, height, width = noisy.shape
    planes = np.empty((3, batch, height, width), np.float32)
    rows, (mean, first, second) = opponent(np.broadcast_to(np.float64(sigma), COLOURS))
    for here in _parts(batch, height):
        planes[:, *here] = _in_planes(rows, noisy[here[0], :, here[1]]) + _SHIFT
    half = _WIDTH * (box[1] - box[0]) / 2
    solved = solve_planes(planes[0], mean, box, "mean")
    images = planes if solved.shape == planes[0].shape else np.empty((3, *solved.shape), np.float32)
    images[0] = solved
    del solved
    groups = [(slice(1, 3), first)] if first == second else [(slice(1, 2), first), (slice(2, 3), second)]
    for where, level in groups:
        part = planes[where].reshape(-1, height, width)
        solved = solve_planes(part, level, (0.5 - half, 0.5 + half), "difference")
        images[where] = solved.reshape(images[where].shape)
    inverse = np.linalg.inv(rows)
    for here in _parts(batch, images.shape[-2]):
        colours = _in_planes(inverse, images[:, *here] - _SHIFT)
        images[:, *here] = colours.clip(*box)
    return images.swapaxes(0, 1)


def opponent(sigmas: NDArray[np.float64]) -> tuple[NDArray[np.float64], tuple[float, float, float]]:
    """Return the mean and two differences of three channels, whose noise is independent.

    The mean is that of least noise: each channel has the weight `1 / sigma^2`. The differences are of the two
    channels with the least noise, and of their weighted mean and the third one. Grey has none, so that
    they are smooth. With equal levels that is the opponent transform, orthonormal but for the mean's length.

    Args:
        sigmas: noise level of each channel, positive.

    Returns:
        The rows, `(3, 3)`, and the levels of the planes.
    """
    weights = 1 / sigmas**2
    one, two, last = sorted(_ORDER, key=lambda channel: float(sigmas[channel]))
    rows = np.zeros((3, 3))
    rows[0] = weights / weights.sum()
    rows[1, [one, two]] = 1, -1
    rows[2, [one, two]] = weights[[one, two]] / weights[[one, two]].sum()
    rows[2, last] = -1
    rows[1:] /= np.linalg.norm(rows[1:], axis=1, keepdims=True)
    first, second = (round(float(np.linalg.norm(row * sigmas)), 6) for row in rows[1:])
    return rows, (1 / math.sqrt(float(weights.sum())), first, second)


def _parts(batch: int, height: int) -> Iterator[tuple[int, slice]]:
    """Yield an image of the batch and some of its rows: of a whole one, float64 is large."""
    for image, top in itertools.product(range(batch), range(0, height, _ROWS)):
        yield image, slice(top, top + _ROWS)


def _in_planes(matrix: NDArray[Any], colours: NDArray[Any]) -> NDArray[np.float64]:
    """Multiply `(3, rows, width)` from the left."""
    product: NDArray[np.float64] = np.einsum("pc,chw->phw", matrix, colours)
    return product
