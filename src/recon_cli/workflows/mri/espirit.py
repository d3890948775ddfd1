"""Coil maps from the middle of k-space by ESPIRiT (Uecker et al., Magn. Reson. Med. 2014)."""

from __future__ import annotations

import math

import torch
from torch import Tensor

_KERNEL = 6
"""Side of the patches of k-space."""
_SIGNAL = 0.001
"""Share of the largest eigenvalue of the patches' covariance from which on one is signal; that of BART."""
_ITERATIONS = 30
"""Of the powers in each pixel; that of BART."""
_NUMBERS = 2**18
"""Of the matrices of pixels that are at work together."""


def espirit(square: Tensor, shape: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Return maps that are consistent with a complete square of k-space, and how much they are so.

    Patches of the square fill a part of the space of all patches. What that part is in each pixel is a
    matrix of coils, whose eigenvector with an eigenvalue near 1 are the maps.

    Args:
        square: complex, `(coils, side, side)`, the origin at `side // 2`.
        shape: height and width of the images, whose origin is in the middle.

    Returns:
        Maps of unit length, `(coils, height, width)`, and their eigenvalues, `(height, width)`, at most 1, of
        the precision of the square. The phase is that of the combination of coils that sees most.
    """
    coils, side, _ = square.shape
    # of more than half of the square there are too few patches, and hence no maps
    taps = _taps(square.to(torch.complex128), min(_KERNEL, side // 2)).to(square.dtype)
    most = _strongest(square)
    rows, cols = (_waves(length, taps.shape[-1]).to(square) for length in shape)
    halves = torch.einsum("cdij,xj->xcdi", taps, cols)
    maps = square.new_empty(*shape, coils)
    values = square.real.new_empty(shape)
    step = max(1, _NUMBERS // (coils**2 * shape[1]))
    for first in range(0, shape[0], step):
        some = slice(first, first + step)
        matrices = torch.einsum("xcdi,yi->yxcd", halves, rows[some]).flatten(0, 1)
        vectors, value = _leading(matrices, most)
        along = vectors @ most.conj()
        turned = vectors * (along.conj() / along.abs().clamp_min(1e-30))[:, None]
        maps[some], values[some] = turned.view(-1, shape[1], coils), value.view(-1, shape[1])
    return maps.movedim(-1, 0).contiguous(), values


def _taps(square: Tensor, size: int) -> Tensor:
    """Return the matrices of pixels in k-space, `(coils, coils, 2 size - 1, 2 size - 1)`.

    They are sums over the projection on what patches are made of, along equal distances in k-space.
    """
    coils, side, _ = square.shape
    patches = (
        square.unfold(1, size, 1)
        .unfold(2, size, 1)
        .permute(1, 2, 0, 3, 4)
        .reshape((side - size + 1) ** 2, -1)
    )
    values, vectors = torch.linalg.eigh(patches.T @ patches.conj())
    signal = vectors[:, values > _SIGNAL * values[-1]]
    place = torch.arange(size)
    distance = place[:, None] - place + size - 1
    projection = (signal @ signal.mH).view(coils, size, size, coils, size, size).permute(0, 3, 1, 4, 2, 5)
    width = 2 * size - 1
    where = (distance[:, :, None, None] * width + distance).flatten().to(square.device)
    taps = projection.new_zeros(coils, coils, width**2)
    taps.index_add_(2, where, projection.reshape(coils, coils, -1))
    return taps.view(coils, coils, width, width) / size**2


def _waves(length: int, count: int) -> Tensor:
    """Return what each of so many distances in k-space is in the pixels of an axis, `(length, count)`."""
    distance = torch.arange(count, dtype=torch.float64) - count // 2
    pixel = torch.arange(length, dtype=torch.float64) - length // 2
    return torch.exp(2j * math.pi / length * pixel[:, None] * distance)


def _strongest(square: Tensor) -> Tensor:
    """Return the combination of coils that sees most, `(coils,)`."""
    flat = square.flatten(1)
    return torch.linalg.eigh(flat @ flat.mH).eigenvectors[:, -1]


def _leading(matrices: Tensor, start: Tensor) -> tuple[Tensor, Tensor]:
    """Return the leading eigenvectors of positive semidefinite matrices, and their eigenvalues, by powers.

    Args:
        matrices: `(pixels, coils, coils)`.
        start: what they begin from, `(coils,)`.

    Returns:
        `(pixels, coils)` and `(pixels,)`.
    """
    vectors = start.expand(len(matrices), -1)[..., None]
    for _ in range(_ITERATIONS):
        moved = matrices @ vectors
        length = moved.norm(dim=1, keepdim=True)
        vectors = moved / length.clamp_min(1e-30)
    return vectors[..., 0], length[:, 0, 0]
