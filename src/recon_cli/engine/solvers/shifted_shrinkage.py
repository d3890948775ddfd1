"""Images that are sparse in wavelets, by iterated shrinkage over random shifts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..domain import to_images, to_planes
from ..result import Callback, Solution, Status

if TYPE_CHECKING:
    from ..measurement import Measurement

_FILTER, _COARSEST = "db2", 16
"""Daubechies' wavelet of four taps, and the side in pixels below which no scale is taken; those of BART."""


def shifted_shrinkage(
    measurement: Measurement, weight: float, iterations: int, callback: Callback | None = None
) -> Solution:
    """Reduce `1/2 |H x - y|^2 + weight |W x|_1` over C, for wavelets W that are shifted in each iteration.

    Accelerated gradient steps, each followed by soft thresholds on the coefficients but those of the coarsest
    scale, as in BART (Figueiredo and Nowak, 2003, for the shifts). No single function is minimised, so that
    there is no certificate. The shifts are the same in every run.

    Args:
        measurement: H, y and C.
        weight: of the coefficients' magnitudes.
        iterations: how many.
        callback: called with the status after each iteration.
    """
    rng = np.random.default_rng(0)
    step = 1 / measurement.norm**2
    back = measurement.adjoint(measurement.data)
    x = ahead = measurement.domain.project(measurement.start())
    momentum, history = 1.0, []
    for iteration in range(1, iterations + 1):
        moved = ahead - step * (measurement.normal(ahead) - back)
        shift = tuple(int(length) for length in rng.integers(0, _COARSEST, 2))
        shrunk = _shrunk(moved, measurement.parts, step * weight, (shift[0], shift[1]))
        before, x = x, measurement.domain.project(shrunk)
        following = 0.5 * (1 + math.sqrt(1 + 4 * momentum**2))
        ahead = x + (momentum - 1) / following * (x - before)
        momentum = following
        history.append(Status(iteration, None))
        if callback:
            callback(history[-1]._replace(image=x))
    return Solution(x, iterations, None, None, True, tuple(history))


def _shrunk(x: Tensor, parts: int, threshold: float, shift: tuple[int, int]) -> Tensor:
    images = to_images(x, parts).roll(shift, (1, 2)).cpu().numpy()
    shrunk = torch.from_numpy(np.stack([_shrunk_image(image, threshold) for image in images])).to(x.device)
    return to_planes(shrunk.roll((-shift[0], -shift[1]), (1, 2)), parts).to(x.dtype)


def _shrunk_image(image: NDArray[Any], threshold: float) -> NDArray[Any]:
    import pywt

    levels = max(1, int(math.log2(max(min(image.shape) / _COARSEST, 2))))
    # lengths that are halved without a rest, so that the transform is orthonormal
    more = [(0, -length % 2**levels) for length in image.shape]
    coarse, *scales = pywt.wavedec2(np.pad(image, more, "wrap"), _FILTER, "periodization", levels)
    kept = [tuple(pywt.threshold(band, threshold, "soft") for band in scale) for scale in scales]
    whole: NDArray[Any] = pywt.waverec2([coarse, *kept], _FILTER, "periodization")
    return whole[: image.shape[0], : image.shape[1]]
