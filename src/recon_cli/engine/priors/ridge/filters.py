"""The linear filters `W` of a ridge regulariser, on images that are mirrored at their border.

Every pixel is regularised alike: the image is continued by mirroring, and a response belongs to each of its
pixels. Responses to a constant image are zero, since the filters have zero mean.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from ...fast_length import fast_length

_GRID = 64
"""Frequencies along a side on which spectral norms are taken."""


def compose(layers: Sequence[Tensor]) -> Tensor:
    """Return the filters that a chain of small convolutions amounts to, of zero mean and spectral norm 1.

    Args:
        layers: `(channels, channels before, side, side)`, the first one with 1 channel before; odd sides.
            The first layer's filters lose their mean, so that those of the chain have none.

    Returns:
        The kernels, `(channels of the last layer, size, size)`; differentiable.
    """
    first, *others = layers
    chain = first - first.mean((2, 3), keepdim=True)
    kernels = chain.transpose(0, 1)  # a batch of one image with the filters as its channels
    for layer in others:
        reach = layer.shape[-1] - 1
        # conv2d correlates: the flipped layer convolves
        kernels = F.conv2d(kernels, layer.flip(2, 3), padding=reach)
    kernels = kernels[0]
    return kernels / curvature(kernels, kernels.new_ones(kernels.shape[0])).sqrt()


def curvature(kernels: Tensor, slopes: Tensor) -> Tensor:
    """Return `max sum_i slope_i |w^_i|^2` over the frequencies, the norm of `W' diag(slopes) W` off borders.

    Args:
        kernels: `(channels, size, size)`.
        slopes: weight of each channel, `(channels,)`, not negative.

    Returns:
        The number, `()`; differentiable. With slopes of 1, the square of the spectral norm of `W`.
    """
    side = max(_GRID, 4 * kernels.shape[-1])
    power = torch.fft.rfft2(kernels, s=(side, side)).abs().square()
    return torch.tensordot(slopes, power, 1).amax()


class FilterBank:
    """Filters on images of one shape, by fast Fourier transforms."""

    def __init__(self, kernels: Tensor, shape: tuple[int, int]) -> None:
        """Transform the kernels.

        Args:
            kernels: `(channels, size, size)`, of odd size.
            shape: height and width of the images, each above `size // 2`.
        """
        self.shape = shape
        self.margin = kernels.shape[-1] // 2
        self._grid = [fast_length(length + 2 * self.margin) for length in shape]
        self._spectrum = torch.fft.rfft2(kernels, s=self._grid)

    def forward(self, x: Tensor) -> Tensor:
        """Return the responses `w_i * x`: `(batch, height, width)` to `(batch, channels, height, width)`."""
        height, width = self.shape
        wide = F.pad(x, (self.margin,) * 4, mode="reflect")
        product = torch.fft.rfft2(wide, s=self._grid)[:, None] * self._spectrum
        responses = torch.fft.irfft2(product, s=self._grid)
        first = 2 * self.margin  # before it, the kernel reaches around the grid
        return responses[:, :, first : first + height, first : first + width]

    def adjoint(self, responses: Tensor) -> Tensor:
        """Return `sum_i w_i' * r_i`: `(batch, channels, height, width)` to `(batch, height, width)`."""
        height, width = self.shape
        first, margin = 2 * self.margin, self.margin
        ends = (first, self._grid[1] - first - width, first, self._grid[0] - first - height)
        product = torch.fft.rfft2(F.pad(responses, ends)) * self._spectrum.conj()
        wide = torch.fft.irfft2(product.sum(1), s=self._grid)
        wide = wide[:, : height + 2 * margin, : width + 2 * margin]
        return _fold(_fold(wide, margin, 1), margin, 2)


def _fold(wide: Tensor, margin: int, axis: int) -> Tensor:
    """Add a mirrored frame to where it came from, the adjoint of the reflection along an axis."""
    inner = wide.shape[axis] - 2 * margin
    folded = wide.narrow(axis, margin, inner).clone()
    before, after = wide.narrow(axis, 0, margin), wide.narrow(axis, margin + inner, margin)
    folded.narrow(axis, 1, margin).add_(before.flip(axis))
    folded.narrow(axis, inner - 1 - margin, margin).add_(after.flip(axis))
    return folded
