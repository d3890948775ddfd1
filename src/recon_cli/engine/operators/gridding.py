"""The Fourier transform of a real image at any frequencies: an FFT, and interpolation between its samples."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import i0
from torch import Tensor

from ..fast_length import fast_length

_FINER = 2.0
"""Samples of the FFT over pixels of the image, in both directions."""
_TAPS = 6
"""Samples that are interpolated between, in both directions: the error is then about 1e-6."""


class Gridding:
    """Samples of `sum_n x_n exp(-i w.n)` of real images, with n = 0 in pixel `(height // 2, width // 2)`.

    The samples between those of a zero-padded FFT are interpolated by a Kaiser-Bessel kernel, whose effect
    the image is divided by before. The matrix of the kernel is kept with its transpose, so that `adjoint` is
    the adjoint of `forward` to rounding.

    References:
        J. Fessler, B. Sutton, "Nonuniform fast Fourier transforms using min-max interpolation", IEEE Trans.
        Signal Processing 51, 2003.
    """

    def __init__(
        self, image_shape: tuple[int, int], rows: NDArray[np.float64], cols: NDArray[np.float64]
    ) -> None:
        """Prepare the kernels.

        Args:
            image_shape: height and width of the images in pixels.
            rows: frequencies along the columns of the image, in radians a pixel, `(samples,)`.
            cols: likewise along its rows.
        """
        self.image_shape = image_shape
        self._grid = tuple(2 * fast_length(math.ceil(_FINER * length / 2)) for length in image_shape)
        apodised = [_apodisation(*pair) for pair in zip(image_shape, self._grid, strict=True)]
        weights = torch.from_numpy(np.outer(*apodised)).float()
        matrix = _half_plane(*_kernel(rows, self._grid[0]), *_kernel(cols, self._grid[1]), self._grid)
        self.tensors = (weights, *_bags(matrix), *_bags(matrix.T.tocsr()))
        """Weights of the pixels, and indices, first places and values of the matrix and of its transpose."""

    def forward(self, x: Tensor, tensors: tuple[Tensor, ...]) -> Tensor:
        """Return the samples of images, `(images, height, width)` to complex `(images, samples)`.

        Args:
            x: real.
            tensors: `tensors`, on the device of the images.
        """
        weights, *of_matrix = tensors
        (height, width), (high, wide) = self.image_shape, self._grid
        padded = F.pad(x * weights.to(x.dtype), (0, wide - width, 0, high - height))
        spectrum = torch.fft.rfft2(padded.roll((-(height // 2), -(width // 2)), (-2, -1)))
        samples = _multiplied(torch.view_as_real(spectrum).reshape(len(x), -1), of_matrix[:3])
        return torch.view_as_complex(samples.view(len(x), -1, 2))

    def adjoint(self, y: Tensor, tensors: tuple[Tensor, ...]) -> Tensor:
        """Return the images of samples: the adjoint of `forward` as a map of real numbers."""
        weights, *of_matrix = tensors
        (height, width), (high, wide) = self.image_shape, self._grid
        spectrum = _multiplied(torch.view_as_real(y).reshape(len(y), -1), of_matrix[3:])
        spectrum = torch.view_as_complex(spectrum.view(len(y), high, wide // 2 + 1, 2))
        once = spectrum.real.new_full((wide // 2 + 1,), 0.5)  # irfft2 counts the other columns twice
        once[0] = once[-1] = 1
        images = torch.fft.irfft2(spectrum * once, s=self._grid, norm="forward")
        images = images.roll((height // 2, width // 2), (-2, -1))[:, :height, :width]
        return images * weights.to(images.dtype)


def _shape_of_kernel() -> float:
    return math.pi * math.sqrt((_TAPS / _FINER) ** 2 * (_FINER - 0.5) ** 2 - 0.8)


def _kernel(frequencies: NDArray[np.float64], length: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the samples around each frequency and their weights, `(samples, taps)` each."""
    place = frequencies * length / (2 * math.pi)
    index = np.ceil(place - _TAPS / 2).astype(np.int64)[:, None] + np.arange(_TAPS)
    along = (index - place[:, None]) / (_TAPS / 2)
    shape = _shape_of_kernel()
    return index % length, i0(shape * np.sqrt(np.maximum(1 - along**2, 0))) / i0(shape)


def _apodisation(length: int, grid: int) -> NDArray[np.float64]:
    """Return what undoes the effect of the kernel on the pixels of a line."""
    shape = _shape_of_kernel()
    along = math.pi * _TAPS * (np.arange(length) - length // 2) / grid
    root = np.sqrt(np.maximum(shape**2 - along**2, 1e-12))
    return i0(shape) * root / (_TAPS * np.sinh(root))


def _half_plane(
    row: NDArray[np.int64],
    of_row: NDArray[np.float64],
    col: NDArray[np.int64],
    of_col: NDArray[np.float64],
    grid: tuple[int, ...],
) -> csr_matrix:
    """Return the matrix from the half of the spectrum that `rfft2` gives to the samples, as real numbers.

    What it gives not is the conjugate of what lies opposite.
    """
    half, shape = grid[1] // 2 + 1, (len(row), _TAPS, _TAPS)
    opposite = col >= half
    rows = np.where(opposite[:, None, :], -row[:, :, None] % grid[0], row[:, :, None])
    place = 2 * (rows * half + np.where(opposite, grid[1] - col, col)[:, None, :]).ravel().astype(np.int32)
    value = (of_row[:, :, None] * of_col[:, None, :]).ravel()
    sign = np.where(np.broadcast_to(opposite[:, None, :], shape), -1.0, 1.0).ravel()
    sample = 2 * np.repeat(np.arange(len(row), dtype=np.int32), _TAPS**2)
    entries = np.concatenate((value, sign * value)).astype(np.float32)
    places = (np.concatenate((sample, sample + 1)), np.concatenate((place, place + 1)))
    return csr_matrix((entries, places), shape=(2 * len(row), 2 * grid[0] * half))


def _bags(matrix: csr_matrix) -> tuple[Tensor, Tensor, Tensor]:
    """Return columns, first places of the rows, and values of a sparse matrix."""
    columns, first = (part.astype(np.int32) for part in (matrix.indices, matrix.indptr[:-1]))
    return torch.from_numpy(columns), torch.from_numpy(first), torch.from_numpy(matrix.data)


def _multiplied(vectors: Tensor, bags: list[Tensor]) -> Tensor:
    """Return a sparse matrix times vectors, `(vectors, columns)` to `(vectors, rows)`."""
    columns, first, values = bags
    product = F.embedding_bag(
        columns, vectors.T.contiguous(), first, mode="sum", per_sample_weights=values.to(vectors.dtype)
    )
    return product.T.contiguous()
