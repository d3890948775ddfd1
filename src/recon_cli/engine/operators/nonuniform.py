"""Samples of the image's Fourier transform anywhere, as radial and spiral readouts take them."""

from __future__ import annotations

import math
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from .linear import LinearOperator
from .nufft import compensation, from_samples, to_samples


class NonUniform(LinearOperator):
    """`H x = sum_r x(r) exp(-2 pi i k r) / sqrt(pixels)`, of images or of a stack of coils, at places k.

    Data are complex, `(..., samples)`. The middle of the image is its origin. `H'H` is a convolution that
    does not wrap, and is computed by Fourier transforms of twice the size (Toeplitz).
    """

    def __init__(
        self, coordinates: Tensor | NDArray[Any], shape: tuple[int, int], *, even: bool = False
    ) -> None:
        """Sample at some places.

        Args:
            coordinates: along rows and columns, in cycles per field of view, `(samples, 2)`.
            shape: height and width of the images.
            even: multiply samples by `roots`, so that dense places, as the middle of radial readouts, count
                no more than others and `H'H` is well conditioned.
        """
        self.image_shape = shape
        cycles = torch.as_tensor(coordinates, dtype=torch.float64)
        self.phases = 2 * math.pi * cycles / torch.tensor(shape, dtype=torch.float64)
        """Radians a pixel, `(samples, 2)`."""
        self.density = compensation(self.phases, shape)
        """What samples are multiplied by for their density, so that the adjoint is nearly an inverse."""
        self.roots = self.density.clamp_max(1).sqrt() if even else torch.ones_like(self.density)
        """What `H` multiplies samples by."""
        height, width = shape
        weights = self.roots.square().to(torch.complex128)[None]
        spread = from_samples(weights, self.phases, (2 * height, 2 * width))[0] / (height * width)
        # distances of -height and -width occur in no image
        spread[0], spread[:, 0] = 0, 0
        self.spread = torch.fft.ifftshift(spread)
        """What `H'H` makes of a pixel, `(2 height, 2 width)`, at the distances of `torch.fft`."""
        self.transfer = torch.fft.fft2(self.spread).real

    @property
    def cycles(self) -> Tensor:
        """Where it samples, along rows and columns, in cycles per field of view, `(samples, 2)`."""
        return self.phases * torch.tensor(self.image_shape).to(self.phases) / (2 * math.pi)

    def forward(self, x: Tensor) -> Tensor:
        """Transform: `(..., height, width)` to complex `(..., samples)`."""
        planes = x.to(x.dtype.to_complex()).reshape(-1, *self.image_shape)
        samples = to_samples(planes, self.phases) * self._factors(x)
        return samples.reshape(*x.shape[:-2], len(self.phases))

    def adjoint(self, y: Tensor) -> Tensor:
        """Transform back, `(..., height, width)` complex."""
        images = from_samples(
            (y * self._factors(y)).reshape(-1, len(self.phases)), self.phases, self.image_shape
        )
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
        return seen[..., :height, :width].contiguous()

    def norm(self, like: Tensor) -> float:
        """Return the root of the largest eigenvalue of the convolution with wrapping, of twice the size."""
        del like
        return math.sqrt(float(self.transfer.abs().max()))

    def start(self, y: Tensor) -> Tensor:
        """Return the image of samples that count by the room around them."""
        return self.adjoint(y * (self.density / self.roots.square()).to(y.real.dtype))

    def spectrum(self, like: Tensor) -> Tensor:
        """Return the eigenvalues of the circular convolution nearest to `H'H`."""
        height, width = self.image_shape
        share = torch.outer(_shares(height), _shares(width)).to(self.spread.device)
        folded = (self.spread * share).view(2, height, 2, width).sum((0, 2))
        return torch.fft.fft2(folded).real.clamp_min(0).to(like)

    def _factors(self, like: Tensor) -> Tensor:
        return (self.roots / math.sqrt(math.prod(self.image_shape))).to(like.real.dtype)


def _shares(length: int) -> Tensor:
    """Return for each distance which share of the pixels has a partner at it."""
    distances = torch.fft.fftfreq(2 * length, 1 / (2 * length), dtype=torch.float64)
    return 1 - distances.abs() / length
