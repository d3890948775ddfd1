"""Magnetic resonance imaging with several coils (Pruessmann et al., SENSE, Magn. Reson. Med. 1999)."""

from __future__ import annotations

import torch
from torch import Tensor

from .circulant import symmetric
from .domain import to_complex, to_planes
from .fourier import Sampling


class Sense:
    """`H = M F S`: the image times each coil's map, then the samples of its Fourier transform.

    Images are real or complex, in planes; data are complex `(images, coils, height, width)`. Where every map
    is zero nothing is measured, and images are zero.
    """

    def __init__(self, sampling: Sampling, maps: Tensor, parts: int = 2) -> None:
        """Join coils and sampling.

        Args:
            sampling: which samples are taken.
            maps: coil sensitivities, complex `(coils, height, width)`, with `sum_c |S_c|^2 <= 1` at every
                pixel, so that the norm of `H` is at most one.
            parts: planes of an image, 1 real, 2 complex.

        Raises:
            ValueError: when the maps exceed 1 or have another shape than the mask.
        """
        if maps.ndim != 3 or maps.shape[1:] != sampling.mask.shape:
            raise ValueError(f"maps of shape {tuple(maps.shape)} and a mask {tuple(sampling.mask.shape)}")
        if float(maps.abs().square().sum(0).max()) > 1 + 1e-4:
            raise ValueError("the squared magnitudes of the maps sum to more than 1")
        self.sampling = sampling
        self.maps = maps
        self.parts = parts
        reached = maps.abs().amax(0) > 0
        self.support = None if bool(reached.all()) else reached

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
        """Return the samples of every coil."""
        return self.sampling.forward(self.maps * to_complex(x, self.parts)[:, None])

    def adjoint(self, y: Tensor) -> Tensor:
        """Return the coils' zero-filled images, each times its conjugate map, added up."""
        return self._combine(self.sampling.adjoint(y))

    def normal(self, x: Tensor) -> Tensor:
        """Return `H' H x`; the shifts of a centred transform cancel."""
        coils = torch.fft.fft2(self.maps * to_complex(x, self.parts)[:, None])
        return self._combine(torch.fft.ifft2(coils * self.sampling.spectrum(x)))

    def start(self, y: Tensor) -> Tensor:
        """Return `H' y`."""
        return self.adjoint(y)

    def spectrum(self, like: Tensor) -> Tensor:
        """Return the spectrum of the circulant nearest to `H'H`: mask and power of the maps, correlated."""
        power = torch.fft.fft2(self.maps, norm="forward").abs().square().sum(0)
        mixed = torch.fft.ifft2(torch.fft.fft2(power).conj() * torch.fft.fft2(self.sampling.spectrum(like)))
        full = mixed.real.clamp(min=0).to(like)
        return symmetric(full) if self.parts == 1 else full

    def dual_point(self, gradient: Tensor, x: Tensor, y: Tensor) -> Tensor:
        """Return the residual `H x - y`, the maximiser at the minimum."""
        return self.forward(x) - y

    def _combine(self, coils: Tensor) -> Tensor:
        return to_planes((self.maps.conj() * coils).sum(1), self.parts)
