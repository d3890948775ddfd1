"""Sparse coding of patches."""

from __future__ import annotations

import torch
from torch import Tensor

from .library import Coder, call, in_threads

_PART = 512
"""Columns of one call of the kernel."""


def code_patches(
    square: Tensor,
    threshold: Tensor,
    target: Tensor,
    state: Tensor,
    relaxation: float,
    tolerance: float,
    limit: int,
) -> None:
    """Iterate ADMM on the state in place until it is accurate, see `sparse_coding.ExactCoder`.

    Args:
        square: `D'K D`, packed.
        threshold: of each atom, `(atoms,)`.
        target: `D'K v` of each patch, `(atoms, columns)` float32.
        state: `(atoms, columns)`, its columns next to each other.
        relaxation: over-relaxation.
        tolerance: of the stop rule.
        limit: most iterations.
    """
    atoms, columns = target.shape
    starts = range(0, columns, _PART)
    sums = torch.zeros(len(starts), 3, dtype=torch.float64)

    def advance(part: int, count: int) -> None:
        first = starts[part]
        job = Coder(
            square.data_ptr(),
            threshold.data_ptr(),
            target[:, first:].data_ptr(),
            state[:, first:].data_ptr(),
            sums[part].data_ptr(),
            target.stride(0),
            state.stride(0),
            min(_PART, columns - first),
            atoms,
            count,
            relaxation,
        )
        call("sparse_codes", job)

    done = 0
    while done < limit:
        count = min(max(1, min(done, 4 - done % 4)), limit - done)
        sums.zero_()
        in_threads([lambda k=k, n=count: advance(k, n) for k in range(len(starts))])  # type: ignore[misc]
        done += count
        codes, duals, step = sums.sum(0).sqrt().tolist()
        if step <= tolerance * (codes + 0.01 * duals):
            return
