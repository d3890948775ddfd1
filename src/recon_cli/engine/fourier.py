"""Magnetic resonance imaging with one coil: some samples of the image's Fourier transform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from .circulant import Circulant, symmetric
from .domain import to_complex, to_planes

_PLANE = (-2, -1)


@dataclass(frozen=True)
class Sampling:
    """Samples of the orthonormal discrete Fourier transform, `M F`, on complex images.

    Attributes:
        mask: where k-space is sampled, `(height, width)` bool.
        centred: whether the origin of image and k-space is at `(height // 2, width // 2)`, as scanners
            have it, or at `(0, 0)`.
        shifted: whether of the two only k-space is centred, as `fftshift(fft2(image))` has it.
    """

    mask: Tensor
    centred: bool = True
    shifted: bool = False

    def forward(self, z: Tensor) -> Tensor:
        """Transform and sample: complex `(..., height, width)` to the same, zero off the mask."""
        if self.centred and not self.shifted:
            z = torch.fft.ifftshift(z, _PLANE)
        samples = torch.fft.fft2(z, norm="ortho")
        return (torch.fft.fftshift(samples, _PLANE) if self.centred else samples) * self.mask

    def adjoint(self, samples: Tensor) -> Tensor:
        """Transform back with zeros off the mask: complex `(..., height, width)` to the same."""
        samples = samples * self.mask
        if self.centred:
            samples = torch.fft.ifftshift(samples, _PLANE)
        z = torch.fft.ifft2(samples, norm="ortho")
        return torch.fft.fftshift(z, _PLANE) if self.centred and not self.shifted else z

    def spectrum(self, like: Tensor) -> Tensor:
        """Return the eigenvalues of `F' M F`, with dtype and device of `like`, `(height, width)`.

        It is a circular convolution, so where the origin of the image lies does not matter.
        """
        mask = torch.fft.ifftshift(self.mask) if self.centred else self.mask
        return mask.to(like)


class MaskedFourier:
    """`H = M F` for real or complex images in real planes; data are complex `(images, height, width)`.

    For real images only the real part of `H'` counts, so `H'H` has the spectrum `(m(k) + m(-k)) / 2`.
    """

    support: ClassVar[None] = None

    def __init__(self, sampling: Sampling, parts: int = 1) -> None:
        """Sample images of so many parts: 1 real, 2 complex."""
        self.sampling = sampling
        self.parts = parts
        self._normal: Circulant | None = None

    @property
    def image_shape(self) -> tuple[int, int]:
        """Height and width of the images that `forward` takes."""
        height, width = self.sampling.mask.shape
        return height, width

    def box_penalty(self, beta: float) -> float:
        """Return what serves where nothing was measured."""
        del beta
        return 0.1

    def forward(self, x: Tensor) -> Tensor:
        """Return the samples of the image."""
        return self.sampling.forward(to_complex(x, self.parts))

    def adjoint(self, y: Tensor) -> Tensor:
        """Return the zero-filled image."""
        return to_planes(self.sampling.adjoint(y), self.parts)

    def normal(self, x: Tensor) -> Tensor:
        """Return `H' H x` by one real transform and back, or one complex one."""
        if self._normal is None:
            self._normal = Circulant(self.spectrum(x), self.parts)
        return self._normal(x)

    def start(self, y: Tensor) -> Tensor:
        """Return the zero-filled image, not clipped."""
        return self.adjoint(y)

    def spectrum(self, like: Tensor) -> Tensor:
        """Return the spectrum of `H'H` on the grid of `Circulant`."""
        full = self.sampling.spectrum(like)
        return symmetric(full) if self.parts == 1 else full

    def dual_point(self, gradient: Tensor, x: Tensor, y: Tensor) -> Tensor:
        """Return the residual `H x - y`, the maximiser at the minimum."""
        return self.forward(x) - y
