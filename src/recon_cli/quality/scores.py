"""How near reconstructions come to a reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ReconError
from .metrics import nrmse, psnr, ssim


@dataclass(frozen=True)
class Reference:
    """What a reconstruction should have been.

    Attributes:
        images: magnitudes, `(frames, height, width)`, float32.
        peak: the value that PSNR and SSIM take as full range: 1 for pictures of integers, else the maximum.
    """

    images: NDArray[np.float32]
    peak: float


class Scores(NamedTuple):
    """Means over the frames.

    Attributes:
        psnr: in dB, the reference's peak as full range.
        ssim: data range likewise.
        nrmse: relative to the reference's norm.
    """

    psnr: float
    ssim: float
    nrmse: float


def score(images: NDArray[Any], reference: Reference) -> Scores:
    """Compare magnitudes, or real images as they are, with a reference.

    A reference with fewer pixels, as fastMRI keeps it, is compared with the middle of the images.

    Args:
        images: `(frames, height, width)`, real or complex.
        reference: with as many frames.

    Raises:
        ReconError: when number or size of the frames do not fit.
    """
    pairs = compared(images, reference)
    real = _real(cut_middle(images, reference.images.shape))
    return Scores(
        float(np.mean([psnr(*pair) for pair in pairs])),
        float(np.mean([ssim(*pair) for pair in pairs])),
        float(np.mean([nrmse(i, t) for i, t in zip(real, reference.images, strict=True)])),
    )


def compared(images: NDArray[Any], reference: Reference) -> list[tuple[NDArray[Any], NDArray[np.float32]]]:
    """Return each frame and its reference, relative to the peak, as PSNR and SSIM take them.

    Args:
        images: `(frames, height, width)`, real or complex.
        reference: with as many frames.

    Raises:
        ReconError: when number or size of the frames do not fit.
    """
    truth, peak = reference.images, reference.peak
    real = _real(cut_middle(images, truth.shape))
    return [(i / peak, t / peak) for i, t in zip(real, truth, strict=True)]


def _real(images: NDArray[Any]) -> NDArray[Any]:
    return np.abs(images) if np.iscomplexobj(images) else images


def cut_middle(images: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """Return the middle of images, in the shape of a reference, `(frames, height, width)`.

    Raises:
        ReconError: when the reference is larger or has another number of frames.
    """
    frames, height, width = images.shape
    if shape[0] != frames or shape[1] > height or shape[2] > width:
        raise ReconError(f"the reference has shape {shape}, the reconstruction {images.shape}")
    top, left = (height - shape[1]) // 2, (width - shape[2]) // 2
    return images[:, top : top + shape[1], left : left + shape[2]]
