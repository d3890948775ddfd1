"""Joint ADMM's pass over the patches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor

from ..patches.grid import Block, PatchGrid
from .library import band_of, call, empty_band, extended_phases, in_threads, patches_of
from .structures import Bound, Joint


class Sums(Protocol):
    """What takes the multipliers, see `certificate.DualSums`."""

    def add_folded(self, folded: Tensor, penalty: Tensor, block: Block) -> None:
        """Add the feasible multipliers of a block, folded into its band of the planes, float64."""


def joint_codes(
    grid: PatchGrid,
    blocks: Sequence[Block],
    x: Tensor,
    means: Tensor | None,
    matrices: Sequence[Tensor],
    state: Tensor,
    threshold: Tensor,
    synthesis: Tensor,
    relaxation: float,
    sums: Sums | None = None,
    weights: Tensor | None = None,
    support: tuple[Tensor, Tensor] | None = None,
) -> Tensor:
    """Update codes and synthesis in place, see `joint_codes.JointCodes.update`.

    Args:
        grid: of all patches.
        blocks: which patches are done by one call of the kernel; the result does not depend on threads.
        x: `(planes, height, width)` float32.
        means: `m_k`, `(columns,)`, or None.
        matrices: `D'K`, `D` and `rho K`, packed.
        state: `(atoms, columns)`.
        threshold: of each atom, `(atoms,)`.
        synthesis: `(size**2, columns)`.
        relaxation: over-relaxation.
        sums: takes the multipliers of the joint solve, or None.
        weights: of the thresholds, `(atoms, columns)`, or None.
        support: in place of the shrinkage, entries are multiplied by the second, `(atoms,)`, where the
            first, `(atoms, columns)`, is above the threshold, and are zero elsewhere.

    Returns:
        `sum_k P_k' W D v_k`, `(planes, height, width)`.
    """
    like, x, atoms = x, extended_phases(grid, x), state.shape[0]
    bands = [empty_band(grid, x, b) for b in blocks]
    wide = [band.double() for band in bands] if sums else []
    penalties = [x.new_zeros(b.planes, dtype=torch.float64) for b in blocks] if sums else []

    on, keep = support or (None, None)

    def update(index: int) -> None:
        block = blocks[index]
        job = Joint(
            *(matrix.data_ptr() for matrix in matrices),
            threshold.data_ptr(),
            *(None if array is None else array[:, block.columns].data_ptr() for array in (weights, on)),
            None if keep is None else keep.data_ptr(),
            *(array[:, block.columns].data_ptr() for array in (state, synthesis)),
            bands[index].data_ptr(),
            *(0 if array is None else array.stride(0) for array in (weights, on)),
            state.stride(0),
            atoms,
            relaxation,
        )
        bound = Bound(wide[index].data_ptr(), penalties[index].data_ptr()) if sums else None
        call("joint_codes", patches_of(grid, x, means, block), job, bound)

    in_threads(update, range(len(blocks)))
    folded = torch.zeros_like(like)
    for index, block in enumerate(blocks):
        grid.add_extended(band_of(grid, bands[index], block), folded, block)
        if sums:
            sums.add_folded(band_of(grid, wide[index], block), penalties[index], block)
    return folded
