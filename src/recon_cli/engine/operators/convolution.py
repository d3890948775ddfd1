"""A blur: the convolution of the image with a kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from .linear import LinearOperator

_PLANE = (-2, -1)


class Convolution(LinearOperator):
    """The circular convolution of real or complex images with a real kernel.

    A picture does not wrap around: `Crop(...) @ Convolution(...)` measures the middle of a larger image,
    whose frame is at least as wide as the kernel reaches.
    """

    is_periodic = True
    is_convolution = True

    def __init__(
        self,
        image_shape: tuple[int, int],
        kernel: Tensor | NDArray[Any],
        origin: tuple[int, int] | None = None,
    ) -> None:
        """Take the kernel.

        Args:
            image_shape: height and width of the images.
            kernel: `(rows, columns)`, no larger than the images.
            origin: row and column of the kernel that leave a pixel where it is; the middle when left out.

        Raises:
            ValueError: when the kernel is larger than the images.
        """
        taps = torch.as_tensor(kernel).double()
        rows, columns = taps.shape
        if rows > image_shape[0] or columns > image_shape[1]:
            raise ValueError(f"a kernel of {rows} x {columns} is larger than the images, {image_shape}")
        row, column = (rows // 2, columns // 2) if origin is None else origin
        placed = torch.zeros(image_shape, dtype=torch.float64)
        placed[:rows, :columns] = taps
        self.image_shape = image_shape
        self._transfer = torch.fft.fft2(placed.roll((-row, -column), _PLANE))
        self._half: Tensor | None = None
        """Of real images, in their precision, kept for the next call."""

    @property
    def kernel_transform(self) -> Tensor:
        """See `LinearOperator`, complex128."""
        return self._transfer

    def _filtered(self, x: Tensor, change: Callable[[Tensor], Tensor]) -> Tensor:
        """Multiply the transform of images by what is made of the kernel's."""
        if x.is_complex():
            return torch.fft.ifft2(torch.fft.fft2(x) * change(self._transfer).to(x.dtype))
        kind = x.dtype.to_complex()
        if self._half is None or self._half.dtype != kind:
            self._half = self._transfer[:, : x.shape[-1] // 2 + 1].to(kind)
        return torch.fft.irfft2(torch.fft.rfft2(x) * change(self._half), s=self.image_shape)

    def forward(self, x: Tensor) -> Tensor:
        """Return the convolution."""
        return self._filtered(x, lambda transfer: transfer)

    def adjoint(self, y: Tensor) -> Tensor:
        """Return the correlation with the kernel."""
        return self._filtered(y, torch.conj)

    def normal(self, x: Tensor) -> Tensor:
        """Return the convolution with the kernel's autocorrelation."""
        return self._filtered(x, lambda transfer: transfer.abs().square())

    @property
    def _power(self) -> Tensor:
        return self._transfer.abs().square()

    def norm(self, like: Tensor) -> float:
        """Return the largest magnitude of the kernel's transform."""
        del like
        return float(self._transfer.abs().max())

    def start(self, y: Tensor) -> Tensor:
        """Return the blurred image, brought to the brightness of the sharp one."""
        gain = self._transfer[0, 0].real
        return y / gain.to(y.real) if bool(gain) else super().start(y)

    def spectrum(self, like: Tensor) -> Tensor:
        """Return the squared magnitudes of the kernel's transform."""
        return self._power.to(like)

    def spectrum_through(self, spectrum: Tensor) -> Tensor:
        """Return the product of the spectra."""
        return self._power.to(spectrum) * spectrum
