"""Magnetic resonance imaging with one coil: some samples of the image's Fourier transform."""

from __future__ import annotations

from typing import Any, Literal

import torch
from numpy.typing import NDArray
from torch import Tensor

from ..circulant import symmetric
from .linear import LinearOperator

Origin = Literal["centered", "uncentered", "shifted"]
"""Where the origin is: in the middle of image and k-space, at index 0 of both, or in the middle of k-space
and at index 0 of the image, as `fftshift(fft2(image))` has it."""
_PLANE = (-2, -1)


class Fourier(LinearOperator):
    """`H = M F`, samples of the orthonormal discrete Fourier transform, of images or of a stack of coils.

    Data are complex, of the shape of the images, zero off the mask. For real images only the real part of
    `H'` counts, so that `H'H` has the spectrum `(m(k) + m(-k)) / 2`.
    """

    is_periodic = True
    is_convolution = True

    def __init__(self, mask: Tensor | NDArray[Any], origin: Origin = "centered") -> None:
        """Sample by a mask.

        Args:
            mask: where k-space is sampled, `(height, width)` bool; of a batch of stacks of coils one for each
                image as well, `(images, 1, height, width)`.
            origin: where image and k-space have their origin.
        """
        self.mask = torch.as_tensor(mask)
        self.origin = origin
        self.image_shape = (mask.shape[-2], mask.shape[-1])
        self._half: Tensor | None = None
        """The spectrum that real images see, kept for the next call of `normal`."""
        self._full: Tensor | None = None
        """That of complex ones, likewise."""
        self._is_of_columns = bool((self.mask == self.mask[..., :1, :]).all())

    def forward(self, x: Tensor) -> Tensor:
        """Transform and sample: `(..., height, width)` to complex of the same shape."""
        if self.origin == "centered":
            x = torch.fft.ifftshift(x, _PLANE)
        samples = torch.fft.fft2(x, norm="ortho")
        return (samples if self.origin == "uncentered" else torch.fft.fftshift(samples, _PLANE)) * self.mask

    def adjoint(self, y: Tensor) -> Tensor:
        """Transform back with zeros off the mask, `(..., height, width)` complex."""
        samples = y * self.mask
        if self.origin != "uncentered":
            samples = torch.fft.ifftshift(samples, _PLANE)
        x = torch.fft.ifft2(samples, norm="ortho")
        return torch.fft.fftshift(x, _PLANE) if self.origin == "centered" else x

    def normal(self, x: Tensor) -> Tensor:
        """Return `H' H x`, for real images its real part; the shifts of a centred transform cancel."""
        if not x.is_complex():
            if self._half is None or self._half.dtype != x.dtype:
                self._half = symmetric(self._spectra(x))
            return torch.fft.irfft2(torch.fft.rfft2(x) * self._half, s=self.image_shape)
        if self._full is None or self._full.dtype != x.real.dtype:
            self._full = self._spectra(x.real)
        if self._is_of_columns:  # along them the transforms cancel
            return torch.fft.ifft(torch.fft.fft(x).mul_(self._full[..., :1, :]))
        return torch.fft.ifft2(torch.fft.fft2(x).mul_(self._full))

    def norm(self, like: Tensor) -> float:
        """Return 1."""
        del like
        return 1.0

    def start(self, y: Tensor) -> Tensor:
        """Return the zero-filled image, `H' y`."""
        return self.adjoint(y)

    def spectrum(self, like: Tensor) -> Tensor:
        """Return the mask with the origin at `(0, 0)`, of several masks the mean."""
        return self._spectra(like).reshape(-1, *self.image_shape).mean(0)

    def _spectra(self, like: Tensor) -> Tensor:
        """Return every mask with the origin at `(0, 0)`: where that of the image lies does not matter."""
        mask = self.mask if self.origin == "uncentered" else torch.fft.ifftshift(self.mask, _PLANE)
        return mask.to(like)
