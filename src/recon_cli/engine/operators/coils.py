"""Sensitivities of receiver coils (Pruessmann et al., SENSE, Magn. Reson. Med. 1999)."""

from __future__ import annotations

from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from .linear import LinearOperator


class CoilMaps(LinearOperator):
    """The image times each coil's map; followed by `Fourier` it is SENSE.

    Data are complex, `(images, coils, height, width)`.
    """

    def __init__(self, maps: Tensor | NDArray[Any]) -> None:
        """Take the coil sensitivities.

        Args:
            maps: complex, `(coils, height, width)`.

        Raises:
            ValueError: when they have another number of dimensions.
        """
        if maps.ndim != 3:
            raise ValueError(f"coil maps are (coils, height, width), not of shape {tuple(maps.shape)}")
        self.maps = torch.as_tensor(maps)
        self.image_shape = (maps.shape[1], maps.shape[2])

    def forward(self, x: Tensor) -> Tensor:
        """Return `S_c x` for each coil."""
        return self.maps * x[:, None]

    def adjoint(self, y: Tensor) -> Tensor:
        """Return `sum_c conj(S_c) y_c`."""
        return (self.maps.conj() * y).sum(1)

    def norm(self, like: Tensor) -> float:
        """Return the largest root of the maps' power."""
        del like
        return float(self.maps.abs().square().sum(0).max().sqrt())

    def spectrum(self, like: Tensor) -> Tensor:
        """Return the mean power of the maps at every frequency."""
        power = self.maps.abs().square().sum(0).mean()
        return like.new_ones(self.image_shape) * power.to(like)

    def spectrum_through(self, spectrum: Tensor) -> Tensor:
        """Return the power of the maps' transforms, correlated with the spectrum."""
        power = torch.fft.fft2(self.maps, norm="forward").abs().square().sum(0)
        mixed = torch.fft.ifft2(torch.fft.fft2(power).conj() * torch.fft.fft2(spectrum))
        return mixed.real.clamp(min=0).to(spectrum)

    def diagonal(self, like: Tensor) -> Tensor:
        """Return the power of the maps."""
        return self.maps.abs().square().sum(0).to(like)

    def seen(self) -> Tensor | None:
        """Return the pixels that some coil sees."""
        seen = self.maps.abs().amax(0) > 0
        return None if bool(seen.all()) else seen
