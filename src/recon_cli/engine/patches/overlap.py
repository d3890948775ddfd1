"""Sums over overlapping patches, `sum_k P_k' W P_k`: block circulant on a torus, with borders corrected."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from ..circulant import Circulant, CirculantsBeside
from ..reductions import without_level
from .grid import PatchGrid

_COLUMNS = 4000
"""Patches at once, so that they stay near the cache."""


class OverlapSum:
    """`sum_k P_k' W P_k` for a symmetric positive semidefinite `W` on patches.

    On a periodic grid whose stride divides the image the sum is block circulant, one product in Fourier
    space. Of patches of stride 1 inside the image those that wrap around are taken off again, two strips. On
    any other grid the sum goes patch by patch.
    """

    def __init__(self, weight: Tensor, grid: PatchGrid) -> None:
        """Prepare the kernel.

        Args:
            weight: `W`, `(size**2, size**2)`, in float64 for an accurate symbol.
            grid: the patches of the image.
        """
        n, s = grid.size, grid.stride
        self.stride = s if grid.height % s == 0 and grid.width % s == 0 else 1
        """Of the symbol: that of the grid, or 1 where it does not divide the image."""
        self.is_block_circulant = grid.boundary == "periodic" and self.stride == s
        """Whether the symbol says all."""
        self._kernel = _torus_kernel(weight, grid, self.stride) * (self.stride / s) ** 2
        self._weight, self._grid = weight, grid
        self._blind = float(weight.sum(0).abs().max()) < 1e-10
        """Whether constants are mapped to zero; taken off before, they leave no rounding errors."""
        self._circulant = Circulant(self.symbol(1), 1, self.stride)
        self._pad = n - 1
        self._strips = (
            PatchGrid(grid.batch, 2 * n - 2, grid.width + n - 1, n),
            PatchGrid(grid.batch, grid.height, 2 * n - 2, n),
        )

    def symbol(self, parts: int) -> Tensor:
        """Return the symbol of the sum on the torus, see `Circulant`, float64.

        Where the stride does not divide the image it is that of the mean over all places of the first patch.
        """
        if self.stride == 1:  # symmetric, so that it is real
            spectrum = torch.fft.rfft2(self._kernel) if parts == 1 else torch.fft.fft2(self._kernel)
            return spectrum.real.clamp_min(0)
        return torch.fft.rfft2(self._kernel) if parts == 1 else torch.fft.fft2(self._kernel)

    def to(self, like: Tensor) -> OverlapSum:
        """Move to the dtype and device of a tensor, in place."""
        self._circulant = self._circulant.to(like)
        self._weight = self._weight.to(like)
        return self

    def __call__(self, x: Tensor) -> Tensor:
        """Apply the sum: `(batch, height, width)` to the same."""
        if self._blind:
            x = without_level(x)
        if self.is_block_circulant:
            return self._circulant(x)
        if self._grid.stride > 1:
            return self._by_patches(x)
        out, pad = self._circulant(x), self._pad
        wrapped = torch.cat((x[:, -pad:], x[:, :pad]), 1)
        wrapped = self._sum(torch.cat((wrapped, wrapped[:, :, :pad]), 2), self._strips[0])
        wrapped[:, :, :pad] += wrapped[:, :, -pad:]
        out[:, -pad:] -= wrapped[:, :pad, :-pad]
        out[:, :pad] -= wrapped[:, pad:, :-pad]
        wrapped = self._sum(torch.cat((x[:, :, -pad:], x[:, :, :pad]), 2), self._strips[1])
        out[:, :, -pad:] -= wrapped[:, :, :pad]
        out[:, :, :pad] -= wrapped[:, :, pad:]
        return out

    def _by_patches(self, x: Tensor) -> Tensor:
        out = torch.zeros_like(x)
        for block in self._grid.blocks(_COLUMNS):
            self._grid.fold(self._weight @ self._grid.extract(x, block), out, block)
        return out

    def _sum(self, x: Tensor, grid: PatchGrid) -> Tensor:
        return grid.fold(self._weight @ grid.extract(x), torch.zeros_like(x))


def sums_beside(sums: Sequence[OverlapSum], planes: int) -> Callable[[Tensor], Tensor]:
    """Return the sums of batches that lie behind each other, as one map.

    Args:
        sums: of each batch; images and patches of all are alike.
        planes: of each batch.
    """
    if not all(one.is_block_circulant for one in sums):
        return lambda x: torch.cat([one(part) for one, part in zip(sums, x.split(planes), strict=True)])
    circulant = CirculantsBeside([one._circulant for one in sums], planes)
    blind = all(one._blind for one in sums)
    return lambda x: circulant(without_level(x) if blind else x)


def _torus_kernel(weight: Tensor, grid: PatchGrid, stride: int) -> Tensor:
    """Return the convolutions between the phases of an image, on the torus.

    Pixel `i` of a patch is of phase `i mod s` and `i // s` places from its corner; so is `j`. `W_ij` counts
    for the phases of the two at the distance of their places.

    Returns:
        `(stride**2, stride**2, rows, columns)`; for a stride of 1 `(height, width)`.
    """
    n, s = grid.size, stride
    place = torch.arange(n * n, device=weight.device)
    row, col = place // n, place % n
    phase = row % s * s + col % s
    rows, cols = grid.height // s, grid.width // s
    down = (row[:, None] // s - row // s).remainder(rows)
    right = (col[:, None] // s - col // s).remainder(cols)
    where = (phase[:, None].expand_as(down), phase.expand_as(down), down, right)
    kernel = weight.new_zeros(s * s, s * s, rows, cols).index_put_(where, weight, accumulate=True)
    return kernel[0, 0] if s == 1 else kernel
