"""The patch terms of J."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ..patches.grid import Block, PatchGrid
from .library import call, extended_phases, in_threads, packed, patches_of
from .structures import Codes


def patch_terms(
    grid: PatchGrid,
    blocks: Sequence[Block],
    x: Tensor,
    means: Tensor | None,
    dictionary: Tensor,
    state: Tensor,
    threshold: Tensor,
    levels: Tensor,
    weights: Tensor | None,
) -> tuple[Tensor, Tensor]:
    """Return `sum_k |P~k x - D a_k|^2` and `sum_kj lam_j w_kj |a_kj|` of each plane, `(planes,)` float64.

    Args:
        grid: of all patches.
        blocks: which patches are done by one call of the kernel.
        x: `(planes, height, width)` float32.
        means: `m_k`, `(columns,)`, or None.
        dictionary: `D`, `(size**2, atoms)`.
        state: `(atoms, columns)`; soft-thresholded it is the codes.
        threshold: of each atom, `(atoms,)`.
        levels: lam of each atom, `(atoms,)`.
        weights: of thresholds and levels, `w`, `(atoms, columns)`, or None.
    """
    x, matrix = extended_phases(grid, x), packed(dictionary)
    parts = [x.new_zeros(2, b.planes, dtype=torch.float64) for b in blocks]

    def add(index: int) -> None:
        block = blocks[index]
        job = Codes(
            *(array.data_ptr() for array in (matrix, threshold, levels)),
            *(None if array is None else array[:, block.columns].data_ptr() for array in (weights, state)),
            *(row.data_ptr() for row in parts[index]),
            0 if weights is None else weights.stride(0),
            state.stride(0),
            state.shape[0],
        )
        call("patch_terms", patches_of(grid, x, means, block), job)

    in_threads(add, range(len(blocks)))
    sums = x.new_zeros(2, grid.batch, dtype=torch.float64)
    for block, part in zip(blocks, parts, strict=True):
        sums[:, block.images] += part
    return sums[0], sums[1]
