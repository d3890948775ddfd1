"""Circular convolutions of images, as products in Fourier space."""

from __future__ import annotations

import torch
from torch import Tensor

from .domain import to_images, to_planes


class Circulant:
    """A circular convolution with a real spectrum.

    Real images use the half grid of `torch.fft.rfft2`, complex ones, whose spectrum need not be
    symmetric, the full grid of `torch.fft.fft2`.
    """

    def __init__(self, spectrum: Tensor, parts: int) -> None:
        """Take the eigenvalues: `(height, width // 2 + 1)` for 1 part, `(height, width)` for 2."""
        self._spectrum = spectrum
        self._parts = parts

    def __call__(self, x: Tensor) -> Tensor:
        """Apply the convolution: `(planes, height, width)` to the same."""
        if self._parts == 1:
            return torch.fft.irfft2(torch.fft.rfft2(x) * self._spectrum, s=x.shape[1:])
        return to_planes(torch.fft.ifft2(torch.fft.fft2(to_images(x, 2)) * self._spectrum), 2)


def symmetric(spectrum: Tensor) -> Tensor:
    """Return the part of a spectrum that real images see, `(s(k) + s(-k)) / 2` on the half grid.

    Args:
        spectrum: on the full grid, `(height, width)`.
    """
    mirrored = spectrum.flip(0, 1).roll((1, 1), (0, 1))
    return (0.5 * (spectrum + mirrored))[:, : spectrum.shape[1] // 2 + 1]


def on_grid(half: Tensor, width: int, parts: int) -> Tensor:
    """Return a symmetric spectrum on the grid that images of so many parts use.

    Args:
        half: on the half grid, `(height, width // 2 + 1)`.
        width: of the image in pixels.
        parts: planes of an image.
    """
    if parts == 1:
        return half
    rest = half[:, 1 : (width + 1) // 2].flip(0, 1).roll(1, 0)
    return torch.cat((half, rest), 1)
