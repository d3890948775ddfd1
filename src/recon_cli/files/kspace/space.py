"""The grid that images are wanted on: readout oversampling, field of view and matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def fitted(images: NDArray[Any], axis: int, field: int, matrix: int) -> NDArray[Any]:
    """Return images with another field of view and another number of pixels along an axis.

    Pixels outside of the field are cut off, or zeros put around it, so that the pixel in the middle,
    `length // 2`, stays in the middle; then the pixels get smaller or larger by zeros around k-space, or by
    less of it. Intensities are kept.

    Args:
        images: real or complex.
        axis: which one.
        field: pixels of the field of view that is wanted, of the size that they have.
        matrix: how many pixels it shall have.
    """
    within = centred(images, axis, field)
    if matrix == field:
        return within
    samples = centred(_transform(within, axis, np.fft.fft), axis, matrix)
    if field % 2 == 0 and matrix > field:  # the highest frequency stands for both of its signs
        samples = _shared(samples, axis, field)
    resized = _transform(samples, axis, np.fft.ifft) * (matrix / field)
    kept = resized if np.iscomplexobj(images) else resized.real
    return np.asarray(kept, images.dtype)


def centred(array: NDArray[Any], axis: int, length: int) -> NDArray[Any]:
    """Return the middle of an array along an axis, or the array with zeros around it."""
    before = array.shape[axis]
    if length <= before:
        first = before // 2 - length // 2
        return array[(slice(None),) * (axis % array.ndim) + (slice(first, first + length),)]
    widths = [(0, 0)] * array.ndim
    first = length // 2 - before // 2
    widths[axis] = (first, length - before - first)
    return np.pad(array, widths)


def cut_readout(samples: NDArray[np.complex64], field: int) -> NDArray[np.complex64]:
    """Return k-space with fewer samples along its last axis, of the middle of the image alone.

    Args:
        samples: complete along that axis, `(frames, ..., x)`.
        field: pixels to keep.
    """
    cut = np.empty((*samples.shape[:-1], field), np.complex64)
    for frame, readouts in enumerate(samples):
        cut[frame] = _transform(centred(along_readout(readouts), -1, field), -1, np.fft.fft, "ortho")
    return cut


def along_readout(samples: NDArray[np.complex64]) -> NDArray[Any]:
    """Return the inverse orthonormal Fourier transform along the last axis, origins in the middle."""
    return _transform(samples, -1, np.fft.ifft, "ortho")


def _transform(array: NDArray[Any], axis: int, kind: Any, norm: str | None = None) -> NDArray[Any]:
    return np.asarray(np.fft.fftshift(kind(np.fft.ifftshift(array, axis), axis=axis, norm=norm), axis))


def _shared(samples: NDArray[Any], axis: int, field: int) -> NDArray[Any]:
    lowest = samples.shape[axis] // 2 - field // 2
    before = (slice(None),) * (axis % samples.ndim)
    half = samples[(*before, slice(lowest, lowest + 1))] / 2
    samples[(*before, slice(lowest, lowest + 1))] = half
    samples[(*before, slice(lowest + field, lowest + field + 1))] = half
    return samples
