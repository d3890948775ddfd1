"""Linear systems on the supports of sparse codes."""

from __future__ import annotations

import torch
from torch import Tensor

from .library import call, in_threads, packed
from .structures import Masked

_PART = 256
"""Columns of one call of the kernel, a multiple of its chunk."""


def solve_on_supports(
    gram: Tensor, support: Tensor, right: Tensor, eps: float, tolerance: float, limit: int
) -> Tensor:
    """Solve `(D_S' D_S + eps I) w_S = right_S` for each column, see `implicit.masked_solve`.

    Args:
        gram: `D'D`, `(atoms, atoms)` float32.
        support: not zero on the support, `(atoms, columns)`.
        right: `(atoms, columns)`.
        eps: ridge.
        tolerance: relative residual over 48 columns.
        limit: most iterations.
    """
    matrix, support, right = packed(gram), support.contiguous(), right.contiguous()
    solution = torch.empty_like(right)
    atoms, columns = right.shape

    def solve(first: int) -> None:
        job = Masked(
            matrix.data_ptr(),
            *(array[:, first:].data_ptr() for array in (support, right, solution)),
            columns,
            min(_PART, columns - first),
            atoms,
            limit,
            eps,
            tolerance,
        )
        call("masked_solve", job)

    in_threads(solve, range(0, columns, _PART))
    return solution
