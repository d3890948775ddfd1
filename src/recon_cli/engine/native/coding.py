"""Sparse coding of patches."""

from __future__ import annotations

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
        tolerance: of the stop rule, which holds for every 64 columns.
        limit: most iterations.
    """
    atoms, columns = target.shape
    width = target.element_size()

    def advance(first: int) -> None:
        job = Coder(
            square.data_ptr(),
            threshold.data_ptr(),
            target.data_ptr() + width * first,
            state.data_ptr() + width * first,
            target.stride(0),
            state.stride(0),
            min(_PART, columns - first),
            atoms,
            limit,
            relaxation,
            tolerance,
        )
        call("sparse_codes", job)

    in_threads([lambda first=first: advance(first) for first in range(0, columns, _PART)])  # type: ignore[misc]
