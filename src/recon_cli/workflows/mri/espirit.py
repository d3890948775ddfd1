"""Coil maps from the middle of k-space by ESPIRiT (Uecker et al., Magn. Reson. Med. 2014)."""

from __future__ import annotations

import math

import torch
from torch import Tensor

_KERNEL = 6
"""Side of the patches of k-space."""
_SIGNAL = 0.001
"""Share of the largest eigenvalue of the patches' covariance from which on one is signal; that of BART."""
_ITERATIONS = 8
"""Each by the fourth power of a pixel's matrix: 32 powers, where BART has 30."""
_SETS = 2
"""Of maps: an object folds once at the borders of a field of view that is too small."""
_NUMBERS = 2**18
"""Of the matrices of pixels that are at work together."""


def espirit(square: Tensor, shape: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Return maps that are consistent with a complete square of k-space, and how much they are so.

    Patches of the square fill a part of the space of all patches. What that part is in each pixel is a
    matrix of coils, whose eigenvector with an eigenvalue near 1 are the maps. Where the object is folded, a
    second eigenvalue is near 1, too.

    Args:
        square: complex, `(coils, side, side)`, the origin at `side // 2`.
        shape: height and width of the images, whose origin is in the middle.

    Returns:
        Two sets of maps of unit length, `(2, coils, height, width)`, and their eigenvalues,
        `(2, height, width)`, at most 1, of the precision of the square. The phase is that of the combination
        of coils that sees most.
    """
    coils, side, _ = square.shape
    # larger patches of a small square are too few to say what fills it
    size = min(_KERNEL, side // 2, max(4, side // 3))
    taps = _taps(square.to(torch.complex128), size).to(square.dtype)
    start = _strongest(square)
    rows, cols = (_waves(length, taps.shape[-1]).to(square) for length in shape)
    halves = torch.einsum("cdij,xj->xcdi", taps, cols)
    maps = square.new_empty(*shape, coils, _SETS)
    values = square.real.new_empty(*shape, _SETS)
    step = max(1, _NUMBERS // (coils**2 * shape[1]))
    for first in range(0, shape[0], step):
        some = slice(first, first + step)
        matrices = torch.einsum("xcdi,yi->yxcd", halves, rows[some]).flatten(0, 1)
        vectors, value = _leading(matrices, start)
        along = (vectors * start[:, :1].conj()).sum(1, keepdim=True)
        turned = vectors * (along.conj() / along.abs().clamp_min(1e-30))
        maps[some], values[some] = turned.view(-1, *maps.shape[1:]), value.view(-1, *values.shape[1:])
    return maps.permute(3, 2, 0, 1).contiguous(), values.movedim(-1, 0).contiguous()


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
    """Return the combinations of coils that see most, `(coils, sets)`."""
    flat = square.flatten(1)
    return torch.linalg.eigh(flat @ flat.mH).eigenvectors[:, -_SETS:].flip(1)


def _leading(matrices: Tensor, start: Tensor) -> tuple[Tensor, Tensor]:
    """Return the leading eigenvectors of positive semidefinite matrices, and their eigenvalues, by powers.

    Args:
        matrices: `(pixels, coils, coils)`.
        start: what they begin from, `(coils, sets)`.

    Returns:
        `(pixels, coils, sets)`, orthonormal, and `(pixels, sets)`.
    """
    vectors = start.expand(len(matrices), -1, -1)
    squared = matrices @ matrices
    fourth = squared @ squared  # eighth powers would lose the second vector in single precision
    for _ in range(_ITERATIONS):
        vectors, _ = _orthonormal(fourth @ vectors)
    return _orthonormal(matrices @ vectors)


def _orthonormal(pairs: Tensor) -> tuple[Tensor, Tensor]:
    """Return pairs of vectors, `(pixels, coils, 2)`, made orthonormal, and how long they were."""
    first, second = pairs.split(1, 2)
    first, length = _unit(first)
    second, rest = _unit(second - first * (first.conj() * second).sum(1, keepdim=True))
    return torch.cat((first, second), 2), torch.cat((length, rest), 1)


def _unit(vectors: Tensor) -> tuple[Tensor, Tensor]:
    # faster than the norm of complex numbers
    length = torch.view_as_real(vectors).square().sum((1, -1)).sqrt()
    return vectors / length[:, None].clamp_min(1e-30), length
