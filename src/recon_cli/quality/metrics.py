"""Image quality against a reference."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

_WINDOW = 7
_BAND = 2**18
"""Pixels of the bands that images are compared in, whose arrays take little memory."""


def psnr(image: ArrayLike, reference: ArrayLike, box: tuple[float, float] = (0, 1)) -> float:
    """Return the peak signal-to-noise ratio in dB: peak 1, the image clipped to [0, 1].

    Args:
        image: `(height, width)`.
        reference: of the same shape, in [0, 1].
        box: values that the image is clipped to.
    """
    values, truths = np.asarray(image).ravel(), np.asarray(reference).ravel()
    total = 0.0
    for first in range(0, len(truths), _BAND):
        band = slice(first, first + _BAND)
        clipped = np.clip(np.asarray(values[band], np.float64), *box)
        total += float(np.sum((clipped - np.asarray(truths[band], np.float64)) ** 2))
    error = total / len(truths)
    return math.inf if error == 0 else -10 * math.log10(error)


def mean_psnr(images: NDArray[Any], references: NDArray[Any]) -> float:
    """Return the mean PSNR in dB of images, each against its reference, see `psnr`.

    Args:
        images: `(batch, height, width)`.
        references: of the same shape, in [0, 1].
    """
    return sum(psnr(i, r) for i, r in zip(images, references, strict=True)) / len(references)


def ssim(image: NDArray[Any], reference: NDArray[Any], box: tuple[float, float] = (0, 1)) -> float:
    """Return the structural similarity of scikit-image: `data_range=1`, its 7x7 uniform window.

    Args:
        image: `(height, width)`, clipped to [0, 1] here.
        reference: of the same shape, in [0, 1].
        box: values that the image is clipped to.
    """
    from skimage.metrics import structural_similarity

    height, width = np.shape(reference)
    windows, rows = height - _WINDOW + 1, max(_BAND // width, 1)
    total = 0.0
    for first in range(0, max(windows, 1), rows):
        band = slice(first, first + rows + _WINDOW - 1)
        clipped = np.clip(np.asarray(image[band], np.float64), *box)
        truth = np.asarray(reference[band], np.float64)
        mean = structural_similarity(clipped, truth, win_size=_WINDOW, data_range=1.0)
        total += float(mean) * (len(truth) - _WINDOW + 1)
    return total / windows


def nrmse(image: ArrayLike, reference: ArrayLike) -> float:
    """Return the root of the mean squared error relative to the reference's, `|image - ref| / |ref|`.

    Args:
        image: `(height, width)`, not clipped.
        reference: of the same shape, not zero.
    """
    truth = np.asarray(reference, np.float64)
    return float(np.linalg.norm(np.asarray(image, np.float64) - truth) / np.linalg.norm(truth))
