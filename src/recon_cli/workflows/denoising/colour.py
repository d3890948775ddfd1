"""Denoise colour images with dictionaries of grey ones."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Box = tuple[float, float]
"""Least and largest intensity of a pixel."""
SolvePlanes = Callable[[NDArray[np.float32], float, Box], NDArray[np.float32]]
"""Denoises grey planes `(n, height, width)` whose sigma, of 255, and whose box follow."""

_OPPONENT = np.array([[1, 1, 1], [1, 0, -1], [1, -2, 1]]) / np.sqrt([[3], [2], [6]])
"""Orthonormal, so that white noise of equal sigma stays white, equal and independent."""
_SCALE = np.array([1 / math.sqrt(3), math.sqrt(6) / 4, math.sqrt(6) / 4])
_SHIFT = np.array([0.0, 0.5, 0.5])[:, None, None]
"""Bring every colour of the RGB cube to [0, 1] in each plane, so that the box cuts none. A cube of
another width has planes of that width, those of the differences around 1/2."""
_ROWS = 64
COLOURS, SOLVED_ASIDE = 3, 2 / 3
"""Channels, and what of them is solved and not yet in its place at most, as a share of the result."""


def denoise_colour(
    noisy: NDArray[np.float32], sigma: float, solve_planes: SolvePlanes, box: Box = (0.0, 1.0)
) -> NDArray[np.float32]:
    """Denoise the three channels of RGB images together.

    The channels' mean has the noise `sigma / sqrt(3)`. The two opponent planes are smoother than luminance:
    scaled to [0, 1] their noise is 0.61 sigma, and they come out best with the parameters of a noise 1.5 to
    2 times as strong; they are solved as if it were sigma.

    Args:
        noisy: `(batch, 3, height, width)`, intensities, in the box up to noise, equal in all channels.
        sigma: noise level of a channel, of 255.
        solve_planes: the denoiser of grey planes, called with `sigma / sqrt(3)` and with `sigma`.
        box: of all channels.

    Returns:
        The images, `(batch, 3, height, width)`, float32, in the box.

    References:
        K. Dabov, A. Foi, V. Katkovnik, K. Egiazarian, "Color image denoising via sparse 3D collaborative
        filtering with grouping constraint in luminance-chrominance space", ICIP 2007, for the transform.
    """
    batch, _, height, width = noisy.shape
    planes = np.empty((3, batch, height, width), np.float32)
    for here in _parts(batch, height):
        planes[:, *here] = _in_planes(_SCALE[:, None] * _OPPONENT, noisy[here[0], :, here[1]]) + _SHIFT
    half = (box[1] - box[0]) / 2
    planes[0] = solve_planes(planes[0], sigma / math.sqrt(3), box)
    differences = solve_planes(planes[1:].reshape(-1, height, width), sigma, (0.5 - half, 0.5 + half))
    planes[1:] = differences.reshape(2, batch, height, width)
    for here in _parts(batch, height):
        images = _in_planes(_OPPONENT.T / _SCALE, planes[:, *here] - _SHIFT)
        planes[:, *here] = images.clip(*box)
    return planes.swapaxes(0, 1)


def _parts(batch: int, height: int) -> Iterator[tuple[int, slice]]:
    """Yield an image of the batch and some of its rows: of a whole one, float64 is large."""
    for image, top in itertools.product(range(batch), range(0, height, _ROWS)):
        yield image, slice(top, top + _ROWS)


def _in_planes(matrix: NDArray[np.float64], colours: NDArray[Any]) -> NDArray[np.float64]:
    """Multiply `(3, rows, width)` from the left."""
    product: NDArray[np.float64] = np.einsum("pc,chw->phw", matrix, colours)
    return product
