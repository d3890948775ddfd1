"""Circular convolutions of images, and maps that commute with shifts by a stride, in Fourier space.

A map of images on a torus that commutes with shifts by `s` pixels in both directions mixes the `s**2` phases
of an image, `x[p::s, q::s]`, by convolutions: it is block circulant. In Fourier space it is a matrix of
`s**2` x `s**2` numbers for each frequency of a phase, its symbol (polyphase representation; Vaidyanathan,
"Multirate Systems and Filter Banks", 1993). With `s = 1` it is a circular convolution, and its symbol the
spectrum.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import torch
from torch import Tensor

from .domain import to_images, to_planes
from .phases import joined, phases

_SMALL = 1e-4
"""What an eigenvalue of zero counts as in a geometric mean, relative to the arithmetic one."""


class Circulant:
    """A block circulant map, self-adjoint on images.

    Real images use the half grid of `torch.fft.rfft2`, complex ones, whose symbol need not be symmetric, the
    full grid of `torch.fft.fft2`.
    """

    def __init__(self, symbol: Tensor, parts: int, stride: int = 1) -> None:
        """Take the symbol.

        Args:
            symbol: for a stride of 1 `(rows, columns)`, else `(stride**2, stride**2, rows, columns)`: for 1
                part on the half grid of a phase, for 2 on the full one.
            parts: planes of an image.
            stride: pixels of the shifts that the map commutes with.
        """
        self.symbol, self.parts, self.stride = symbol, parts, stride

    def __call__(self, x: Tensor) -> Tensor:
        """Apply the map: `(planes, height, width)` to the same."""
        if self.parts == 2:
            return to_planes(torch.fft.ifft2(self.transformed(torch.fft.fft2(to_images(x, 2)))), 2)
        images = phases(x, self.stride)
        spectrum = torch.fft.rfft2(images)
        one = self.stride == 1
        spectrum = spectrum * self.symbol[..., None, :, :] if one else mixed(spectrum, self.symbol)
        return joined(torch.fft.irfft2(spectrum, s=images.shape[-2:]), self.stride)

    def transformed(self, images: Tensor) -> Tensor:
        """Apply the map to transforms of complex images by `torch.fft.fft2`, `(images, height, width)`."""
        if self.stride == 1:
            return images * self.symbol
        steps, (rows, cols) = range(self.stride), self._aliases.shape[-2:]
        shifts = [(-i * rows // self.stride, -j * cols // self.stride) for i in steps for j in steps]
        out = images * self._aliases[0]
        for factor, shift in zip(self._aliases[1:], shifts[1:], strict=True):
            out.addcmul_(images.roll(shift, (1, 2)), factor)
        return out

    @cached_property
    def _aliases(self) -> Tensor:
        """What each frequency takes from those that alias with it, `(stride**2, height, width)`.

        The first factor is of itself, the others are of those at growing distances. The transform of an image
        is the sum of those of its phases, repeated over the frequencies and turned.
        """
        s, (rows, cols) = self.stride, self.symbol.shape[-2:]
        turn = torch.einsum("aik,bjl->abijkl", _turns(s, rows), _turns(s, cols)).to(self.symbol)
        turn = turn.reshape(s**2, s**2, rows, cols)
        mixed = torch.einsum("apkl,pqkl,bqkl->abkl", turn, self.symbol, turn.conj()) / s**2
        place = torch.arange(s, device=mixed.device)
        other = (place[:, None] + place) % s  # of a frequency and a distance
        mixed = mixed.view(s, s, s, s, rows, cols)
        first, second = place[:, None], place
        pairs = [(other[:, i, None], other[:, j]) for i in place for j in place]
        near = torch.stack([mixed[first, second, down, right] for down, right in pairs])
        return near.permute(0, 1, 3, 2, 4).reshape(s**2, s * rows, s * cols)

    def shifted(self, number: float) -> Circulant:
        """Return the map plus a number times the identity."""
        eye = torch.eye(self.stride**2, dtype=self.symbol.real.dtype, device=self.symbol.device)
        identity = number * (1.0 if self.stride == 1 else eye[:, :, None, None])
        return Circulant(self.symbol + identity, self.parts, self.stride)

    def inverse(self) -> Circulant:
        """Return the inverse of a positive definite map."""
        if self.stride == 1:
            return Circulant(1 / self.symbol, self.parts)
        matrices = torch.linalg.inv(self.symbol.permute(2, 3, 0, 1))
        return Circulant(matrices.permute(2, 3, 0, 1).contiguous(), self.parts, self.stride)

    def typical(self) -> float:
        """Return the geometric mean of a positive semidefinite map's eigenvalues, zeros counted as small."""
        diagonal = self.symbol if self.stride == 1 else self.symbol.diagonal()
        shifted = self.shifted(_SMALL * float(diagonal.real.mean())).symbol
        if self.stride == 1:
            return float(shifted.log().mean().exp())
        determinants = torch.linalg.slogdet(shifted.permute(2, 3, 0, 1)).logabsdet
        return float((determinants.mean() / self.stride**2).exp())

    def to(self, like: Tensor) -> Circulant:
        """Return the map with the precision and on the device of a real tensor."""
        kind = like.dtype.to_complex() if self.symbol.is_complex() else like.dtype
        return Circulant(self.symbol.to(like.device, kind), self.parts, self.stride)


class CirculantsBeside(Circulant):
    """A map for each image of a batch."""

    def __init__(self, maps: Sequence[Circulant], planes: int = 1) -> None:
        """Put maps of one shape, kind and stride together.

        Args:
            maps: in the order of the images.
            planes: next to each other that have the same map.
        """
        self._maps = tuple(one for one in maps for _ in range(planes))
        symbols = torch.stack([one.symbol for one in self._maps])
        super().__init__(symbols, maps[0].parts, maps[0].stride)

    @cached_property
    def _aliases(self) -> Tensor:
        """Those of each map, `(stride**2, images, height, width)`."""
        return torch.stack([one._aliases for one in self._maps], 1)


def mixed(spectrum: Tensor, symbol: Tensor) -> Tensor:
    """Multiply the transforms of phases by a symbol, or that of each plane by its own.

    Args:
        spectrum: `(planes, phases, rows, columns)`.
        symbol: `(..., phases of the result, phases, rows, columns)`.
    """
    return (spectrum[:, None] * symbol).sum(2)


def _turns(stride: int, count: int) -> Tensor:
    """Return by what each alias turns the transform of a phase, `(aliases, phases, frequencies)`."""
    frequency = torch.arange(stride * count, dtype=torch.float64).view(stride, 1, count)
    phase = torch.arange(stride, dtype=torch.float64)[:, None]
    return torch.exp(-2j * torch.pi / (stride * count) * frequency * phase)


def symbol_of(spectrum: Tensor, shape: tuple[int, int], parts: int, stride: int) -> Tensor:
    """Return the symbol of a circular convolution as a map that commutes with shifts by a stride.

    Args:
        spectrum: on the half grid for 1 part, on the full grid for 2.
        shape: height and width of the images, multiples of the stride.
        parts: planes of an image.
        stride: of the symbol.
    """
    if stride == 1:
        return spectrum
    kernel = torch.fft.irfft2(spectrum, s=shape) if parts == 1 else torch.fft.ifft2(spectrum)
    places = [(i, j) for i in range(stride) for j in range(stride)]
    blocks = torch.stack([
        torch.stack([kernel.roll((q[0] - p[0], q[1] - p[1]), (0, 1))[::stride, ::stride] for q in places])
        for p in places
    ])  # fmt: skip
    return torch.fft.rfft2(blocks) if parts == 1 else torch.fft.fft2(blocks)


def symmetric(spectrum: Tensor) -> Tensor:
    """Return the part of a spectrum that real images see, `(s(k) + s(-k)) / 2` on the half grid.

    Args:
        spectrum: on the full grid, `(..., height, width)`.
    """
    mirrored = spectrum.flip(-2, -1).roll((1, 1), (-2, -1))
    return (0.5 * (spectrum + mirrored))[..., : spectrum.shape[-1] // 2 + 1]


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
