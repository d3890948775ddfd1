"""Sparse coding of all patches."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ..patches.grid import Block, PatchGrid
from .library import band_of, call, empty_band, extended_phases, in_threads, patches_of
from .structures import Sweep


def sweep_codes(
    grid: PatchGrid,
    blocks: Sequence[Block],
    x: Tensor,
    means: Tensor | None,
    matrices: Sequence[Tensor],
    threshold: Tensor,
    state: Tensor,
    relaxation: float,
    tolerance: float,
    limit: int,
) -> tuple[Tensor, Tensor, Tensor]:
    """Iterate ADMM on the state in place until each block is accurate, see `sparse_coding.ExactCoder`.

    Args:
        grid: of all patches.
        blocks: which patches are coded; the result does not depend on threads.
        x: `(planes, height, width)` float32.
        means: `m_k`, `(columns,)`, or None.
        matrices: `D'K`, `D'K D` and `D`, packed.
        threshold: of each atom, `(atoms,)`.
        state: `(atoms, columns)`, the columns of a row next to each other.
        relaxation: over-relaxation.
        tolerance: of the stop rule.
        limit: most iterations.

    Returns:
        `sum_k P_k' D a_k` of the patches in the blocks, `(planes, height, width)`, and of each plane the
        squares of the codes before and of their change, `(planes,)` float64.
    """
    like, x = x, extended_phases(grid, x)
    bands = [empty_band(grid, x, b) for b in blocks]
    sums = [x.new_zeros(2, b.planes, dtype=torch.float64) for b in blocks]

    def code(index: int) -> None:
        block = blocks[index]
        job = Sweep(
            *(matrix.data_ptr() for matrix in matrices),
            threshold.data_ptr(),
            state[:, block.columns].data_ptr(),
            bands[index].data_ptr(),
            *(row.data_ptr() for row in sums[index]),
            state.stride(0),
            state.shape[0],
            limit,
            relaxation,
            tolerance,
        )
        call("sweep_codes", patches_of(grid, x, means, block), job)

    in_threads(code, range(len(blocks)))
    folded = torch.zeros_like(like)
    squares = x.new_zeros(2, grid.batch, dtype=torch.float64)
    for block, band, part in zip(blocks, bands, sums, strict=True):
        grid.add_extended(band_of(grid, band, block), folded, block)
        squares[:, block.images] += part
    return folded, squares[0], squares[1]
