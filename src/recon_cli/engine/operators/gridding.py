"""The Fourier transform of a real image at any frequencies: an FFT, and interpolation between its samples."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from ..fast_length import fast_length

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_FINER = 2.0
"""Samples of the FFT over pixels of the image, in both directions."""
_TAPS = 6
"""Samples that are interpolated between, in both directions: the error is then about 1e-6."""
_MORE = _TAPS // 2
"""Columns beyond those of half a spectrum that these reach."""


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
        cols = (cols + math.pi) % (2 * math.pi) - math.pi
        mirrored = cols < 0  # of a real image the sample at the opposite frequency is the conjugate
        sign = np.where(mirrored, -1.0, 1.0)
        matrix = _interpolation(
            _kernel(sign * rows, self._grid[0]), _kernel(sign * cols, self._grid[1]), self._grid
        )
        kept = torch.from_numpy(sign).float()
        self.tensors = (weights, kept, *_bags(matrix), *_bags(matrix.T.tocsr()))
        """Weights of the pixels, the sign of the imaginary parts of samples, and columns, first places and
        values of the matrix and of its transpose."""

    def forward(self, x: Tensor, tensors: tuple[Tensor, ...]) -> Tensor:
        """Return the samples of images, `(images, height, width)` to complex `(images, samples)`.

        Args:
            x: real.
            tensors: `tensors`, on the device of the images.
        """
        weights, sign, *of_matrix = tensors
        (height, width), (high, wide) = self.image_shape, self._grid
        padded = F.pad(x * weights.to(x.dtype), (0, wide - width, 0, high - height))
        half = torch.fft.rfft2(padded.roll((-(height // 2), -(width // 2)), (-2, -1)))
        left, right = _opposite(half[..., 1 : _MORE + 1]), _opposite(half[..., -_MORE - 1 : -1])
        samples = _multiplied(torch.cat((left, half, right), -1).flatten(1), of_matrix[:3])
        return torch.complex(samples.real, samples.imag * sign.to(x.dtype))

    def adjoint(self, y: Tensor, tensors: tuple[Tensor, ...]) -> Tensor:
        """Return the images of samples: the adjoint of `forward` as a map of real numbers."""
        weights, sign, *of_matrix = tensors
        (height, width), (high, wide) = self.image_shape, self._grid
        samples = torch.complex(y.real, y.imag * sign.to(y.real.dtype))
        whole = _multiplied(samples, of_matrix[3:]).view(len(y), high, -1)
        half = whole[..., _MORE:-_MORE].clone()
        half[..., 1 : _MORE + 1] += _opposite(whole[..., :_MORE])
        half[..., -_MORE - 1 : -1] += _opposite(whole[..., -_MORE:])
        once = half.real.new_full((wide // 2 + 1,), 0.5)  # irfft2 counts the other columns twice
        once[0] = once[-1] = 1
        images = torch.fft.irfft2(half * once, s=self._grid, norm="forward")
        images = images.roll((height // 2, width // 2), (-2, -1))[:, :height, :width]
        return images * weights.to(images.dtype)


def _opposite(columns: Tensor) -> Tensor:
    """Return what the spectrum of a real image has at the opposite frequencies, in the order of these."""
    return columns.flip(-2, -1).roll(1, -2).conj()


def _shape_of_kernel() -> float:
    return math.pi * math.sqrt((_TAPS / _FINER) ** 2 * (_FINER - 0.5) ** 2 - 0.8)


def _kernel(frequencies: NDArray[np.float64], length: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the samples around each frequency and their weights, `(samples, taps)` each."""
    place = frequencies * length / (2 * math.pi)
    index = np.ceil(place - _TAPS / 2).astype(np.int64)[:, None] + np.arange(_TAPS)
    along = (index - place[:, None]) / (_TAPS / 2)
    shape = _shape_of_kernel()
    return index, np.i0(shape * np.sqrt(np.maximum(1 - along**2, 0))) / np.i0(shape)


def _apodisation(length: int, grid: int) -> NDArray[np.float64]:
    """Return what undoes the effect of the kernel on the pixels of a line."""
    shape = _shape_of_kernel()
    along = math.pi * _TAPS * (np.arange(length) - length // 2) / grid
    root = np.sqrt(np.maximum(shape**2 - along**2, 1e-12))
    return np.i0(shape) * root / (_TAPS * np.sinh(root))


def _interpolation(
    of_rows: tuple[NDArray[np.int64], NDArray[np.float64]],
    of_cols: tuple[NDArray[np.int64], NDArray[np.float64]],
    grid: tuple[int, ...],
) -> csr_matrix:
    """Return the matrix from half a spectrum, with `_MORE` columns on either side, to the samples.

    Args:
        of_rows: as of `_kernel`.
        of_cols: likewise, of frequencies that are not negative.
        grid: height and width of the whole spectrum.
    """
    width, (rows, by_row), (cols, by_col) = grid[1] // 2 + 1 + 2 * _MORE, of_rows, of_cols
    place = (rows % grid[0])[:, :, None] * width + (cols + _MORE)[:, None, :]
    value = (by_row[:, :, None] * by_col[:, None, :]).astype(np.float32)
    first = np.arange(0, value.size + 1, _TAPS**2, dtype=np.int32)
    from scipy.sparse import csr_matrix  # most commands do without its time

    shape = (len(rows), grid[0] * width)
    return csr_matrix((value.ravel(), place.ravel().astype(np.int32), first), shape=shape)


def _bags(matrix: csr_matrix) -> tuple[Tensor, Tensor, Tensor]:
    """Return columns, first places of the rows, and values of a sparse matrix."""
    columns, first = (part.astype(np.int32) for part in (matrix.indices, matrix.indptr[:-1]))
    return torch.from_numpy(columns), torch.from_numpy(first), torch.from_numpy(matrix.data)


def _multiplied(vectors: Tensor, bags: list[Tensor]) -> Tensor:
    """Return a sparse real matrix times complex vectors, `(vectors, columns)` to `(vectors, rows)`."""
    columns, first, values = bags
    pairs = torch.view_as_real(vectors.T.contiguous()).flatten(1)
    product = F.embedding_bag(columns, pairs, first, mode="sum", per_sample_weights=values.to(pairs.dtype))
    return torch.view_as_complex(product.view(len(first), -1, 2)).T
