"""Samples of the image's Fourier transform anywhere, as radial and spiral readouts take them."""

from __future__ import annotations

import math
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from .linear import LinearOperator
from .nufft import from_samples, to_samples

_ROUNDS = 30
"""Of the iteration for the density; more change little."""


class NonUniform(LinearOperator):
    """`H x = sum_r x(r) exp(-2 pi i k r) / sqrt(pixels)`, of images or of a stack of coils, at places k.

    Data are complex, `(..., samples)`. The middle of the image is its origin. `H'H` is a convolution that
    does not wrap, and is computed by Fourier transforms of twice the size (Toeplitz).
    """

    def __init__(self, coordinates: Tensor | NDArray[Any], shape: tuple[int, int]) -> None:
        """Sample at some places.

        Args:
            coordinates: along rows and columns, in cycles per field of view, `(samples, 2)`.
            shape: height and width of the images.
        """
        self.image_shape = shape
        cycles = torch.as_tensor(coordinates, dtype=torch.float64)
        self.phases = 2 * math.pi * cycles / torch.tensor(shape, dtype=torch.float64)
        """Radians a pixel, `(samples, 2)`."""
        height, width = shape
        ones = torch.ones(1, len(cycles), dtype=torch.complex128)
        spread = from_samples(ones, self.phases, (2 * height, 2 * width))[0] / (height * width)
        # distances of -height and -width occur in no image
        spread[0], spread[:, 0] = 0, 0
        self.spread = torch.fft.ifftshift(spread)
        """What `H'H` makes of a pixel, `(2 height, 2 width)`, at the distances of `torch.fft`."""
        self.transfer = torch.fft.fft2(self.spread).real
        self.density = self._density()
        """What samples are multiplied by for their density, so that `H'` is nearly an inverse."""

    def forward(self, x: Tensor) -> Tensor:
        """Transform: `(..., height, width)` to complex `(..., samples)`."""
        planes = x.to(x.dtype.to_complex()).reshape(-1, *self.image_shape)
        samples = to_samples(planes, self.phases) / self._root()
        return samples.reshape(*x.shape[:-2], len(self.phases))

    def adjoint(self, y: Tensor) -> Tensor:
        """Transform back, `(..., height, width)` complex."""
        images = from_samples(y.reshape(-1, len(self.phases)), self.phases, self.image_shape) / self._root()
        return images.reshape(*y.shape[:-1], *self.image_shape)

    def normal(self, x: Tensor) -> Tensor:
        """Return `H' H x`, for real images its real part."""
        height, width = self.image_shape
        size = (2 * height, 2 * width)
        transfer = self.transfer.to(x.real.dtype)
        if x.is_complex():
            seen = torch.fft.ifft2(torch.fft.fft2(x, size) * transfer)
        else:
            mirrored = transfer.flip(0, 1).roll((1, 1), (0, 1))
            half = (0.5 * (transfer + mirrored))[:, : width + 1]
            seen = torch.fft.irfft2(torch.fft.rfft2(x, size) * half, size)
        return seen[..., :height, :width]

    def norm(self, like: Tensor) -> float:
        """Return the root of the largest eigenvalue of the convolution with wrapping, of twice the size."""
        del like
        return math.sqrt(float(self.transfer.abs().max()))

    def start(self, y: Tensor) -> Tensor:
        """Return the image of samples that count by the room around them."""
        return self.adjoint(y * self.density.to(y.real.dtype))

    def spectrum(self, like: Tensor) -> Tensor:
        """Return the eigenvalues of the circular convolution nearest to `H'H`."""
        height, width = self.image_shape
        share = torch.outer(_shares(height), _shares(width)).to(self.spread.device)
        folded = (self.spread * share).view(2, height, 2, width).sum((0, 2))
        return torch.fft.fft2(folded).real.clamp_min(0).to(like)

    def _root(self) -> float:
        return math.sqrt(math.prod(self.image_shape))

    def _density(self) -> Tensor:
        """Return weights by the iteration of Pipe and Menon (Magn. Reson. Med. 1999).

        Its kernel is that of a tent over twice the image, which is not negative anywhere.
        """
        height, width = self.image_shape
        tent = torch.outer(
            *(1 - torch.linspace(-1, 1, 2 * n + 1, dtype=torch.float64)[:-1].abs() for n in (height, width))
        )
        weights = torch.ones(1, len(self.phases), dtype=torch.complex128)
        for _ in range(_ROUNDS):
            around = to_samples(
                from_samples(weights, self.phases, (2 * height, 2 * width)) * tent, self.phases
            )
            weights = weights / around.abs().clamp_min(1e-12)
        found = weights[0].real
        # a disc comes out as bright as it is
        rows, columns = (torch.linspace(-1, 1, n, dtype=torch.float64) for n in (height, width))
        disc = torch.exp(-4 * (rows[:, None] ** 2 + columns**2))
        seen = self.adjoint(self.forward(disc[None])[0] * found).real
        return found * float((disc * disc).sum() / (seen * disc).sum())


def _shares(length: int) -> Tensor:
    """Return for each distance which share of the pixels has a partner at it."""
    distances = torch.fft.fftfreq(2 * length, 1 / (2 * length), dtype=torch.float64)
    return 1 - distances.abs() / length
