"""Denoise colour images with dictionaries of grey ones."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

SolvePlanes = Callable[[NDArray[np.float32], float], NDArray[np.float32]]
"""Denoises grey planes `(n, height, width)` in [0, 1] whose sigma, of 255, is the second argument."""

_OPPONENT = np.array([[1, 1, 1], [1, 0, -1], [1, -2, 1]]) / np.sqrt([[3], [2], [6]])
"""Orthonormal, so that white noise of equal sigma stays white, equal and independent."""
_SCALE = np.array([1 / math.sqrt(3), math.sqrt(6) / 4, math.sqrt(6) / 4])
_SHIFT = np.array([0.0, 0.5, 0.5])
"""Bring every colour of the RGB cube to [0, 1] in each plane, so that the box cuts none."""


def denoise_colour(
    noisy: NDArray[np.float32], sigma: float, solve_planes: SolvePlanes
) -> NDArray[np.float32]:
    """Denoise the three channels of RGB images together, other numbers of channels each on its own.

    The channels' mean has the noise `sigma / sqrt(3)`. The two opponent planes are smoother than luminance:
    scaled to [0, 1] their noise is 0.61 sigma, and they come out best with the parameters of a noise 1.5 to
    2 times as strong; they are solved as if it were sigma.

    Args:
        noisy: `(batch, channels, height, width)`, intensities in [0, 1] up to noise, equal in all channels.
        sigma: noise level of a channel, of 255.
        solve_planes: the denoiser of grey planes; for RGB called with `sigma / sqrt(3)` and with `sigma`.

    Returns:
        The images, `(batch, channels, height, width)`, float32, in [0, 1].

    References:
        K. Dabov, A. Foi, V. Katkovnik, K. Egiazarian, "Color image denoising via sparse 3D collaborative
        filtering with grouping constraint in luminance-chrominance space", ICIP 2007, for the transform.
    """
    batch, channels, height, width = noisy.shape
    if channels != 3:
        return solve_planes(noisy.reshape(-1, height, width), sigma).reshape(noisy.shape)
    mixed = np.einsum("pc,bchw->pbhw", _SCALE[:, None] * _OPPONENT, noisy) + _SHIFT[:, None, None, None]
    planes = mixed.astype(np.float32)
    luma = solve_planes(planes[0], sigma / math.sqrt(3))[None]
    chroma = solve_planes(planes[1:].reshape(-1, height, width), sigma).reshape(2, batch, height, width)
    solved = np.concatenate([luma, chroma]) - _SHIFT[:, None, None, None]
    images = np.einsum("pc,pbhw->bchw", _OPPONENT / _SCALE[:, None], solved)
    return images.clip(0, 1).astype(np.float32)
