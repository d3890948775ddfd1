"""Sums over overlapping patches, `sum_k P_k' W P_k`: convolutions, or with a stride patch by patch."""

from __future__ import annotations

import torch
from torch import Tensor

from ..reductions import without_level
from .grid import PatchGrid

_COLUMNS = 4000
"""Patches at once, so that they stay near the cache."""


class OverlapSum:
    """`sum_k P_k' W P_k` for a symmetric positive semidefinite `W` on patches, exact at the border.

    With the image taken as a torus, all its cyclic patches make the sum a circular convolution, one
    product in Fourier space; on a periodic grid that is all. Where patches lie inside the image, those that
    wrap around are taken off again: two strips. With a stride the sum is no convolution, and is formed by
    patches.
    """

    def __init__(self, weight: Tensor, grid: PatchGrid) -> None:
        """Prepare the kernel.

        Args:
            weight: `W`, `(size**2, size**2)`, in float64 for an accurate spectrum.
            grid: the patches of the image.
        """
        n = grid.size
        kernel = weight.new_zeros(2 * n - 1, 2 * n - 1)
        by_pixel = weight.view(n, n, n, n)
        for i in range(n):
            for j in range(n):
                kernel[n - 1 - i : 2 * n - 1 - i, n - 1 - j : 2 * n - 1 - j] += by_pixel[i, j]
        shift = torch.arange(2 * n - 1, device=weight.device) - (n - 1)
        rows = shift.remainder(grid.height)[:, None].expand(2 * n - 1, 2 * n - 1)
        cols = shift.remainder(grid.width)[None, :].expand(2 * n - 1, 2 * n - 1)
        torus = weight.new_zeros(grid.height, grid.width)
        torus.index_put_((rows, cols), kernel, accumulate=True)
        self.spectrum = torch.fft.rfft2(torus).real.clamp_min(0) / grid.stride**2
        """Eigenvalues of the circular sum on the grid of `torch.fft.rfft2`, not negative, float64; with a
        stride, those of the mean over all places of the first patch."""
        self._weight, self._grid = weight, grid
        self._blind = float(weight.sum(0).abs().max()) < 1e-10
        """Whether constants are mapped to zero; taken off before, they leave no rounding errors."""
        self._pad = n - 1
        self._strips = (
            PatchGrid(grid.batch, 2 * n - 2, grid.width + n - 1, n),
            PatchGrid(grid.batch, grid.height, 2 * n - 2, n),
        )

    def to(self, like: Tensor) -> OverlapSum:
        """Move to the dtype and device of a tensor, in place."""
        self.spectrum = self.spectrum.to(like)
        self._weight = self._weight.to(like)
        return self

    def __call__(self, x: Tensor) -> Tensor:
        """Apply the sum: `(batch, height, width)` to the same."""
        if self._blind:
            x = without_level(x)
        if self._grid.stride > 1:
            return self._by_patches(x)
        out = torch.fft.irfft2(torch.fft.rfft2(x) * self.spectrum, s=x.shape[1:])
        if self._grid.boundary == "periodic":
            return out
        pad = self._pad
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
