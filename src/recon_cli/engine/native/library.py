"""The compiled kernels, called with tensors."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import torch
from torch import Tensor

from ..patches.grid import Block, PatchGrid
from ..phases import joined, phases
from .loading import kernels
from .structures import Patches

PACK = 8
"""Rows of a matrix that are packed together, `PACK` in kernels.c."""


def usable(tensor: Tensor) -> bool:
    """Return whether the kernels can work on tensors like this one: float32 on the CPU."""
    return tensor.device.type == "cpu" and tensor.dtype == torch.float32 and kernels().library is not None


def call(name: str, *structures: ctypes.Structure | None) -> None:
    """Call a kernel.

    Raises:
        MemoryError: when it gets no memory for its chunk.
    """
    library = kernels().library
    assert library is not None
    pointers = (None if each is None else ctypes.byref(each) for each in structures)
    if getattr(library, name)(*pointers):
        raise MemoryError(f"no memory for {name}")


def packed(matrix: Tensor) -> Tensor:
    """Return a matrix in the order of the kernels: `(rows / 8, inner, 8)`, filled up with zeros."""
    rows, inner = matrix.shape
    full = matrix.new_zeros(-(-rows // PACK) * PACK, inner)
    full[:rows] = matrix
    return full.view(-1, PACK, inner).transpose(1, 2).contiguous()


def extended_phases(grid: PatchGrid, x: Tensor) -> Tensor:
    """Return the phases of extended images, `(planes, stride**2, rows, columns)`, contiguous."""
    return phases(grid.extended(x), grid.stride).contiguous()


def empty_band(grid: PatchGrid, x: Tensor, block: Block) -> Tensor:
    """Return zeros that a block's patches can be folded into, phases of its band.

    Args:
        grid: of all patches.
        x: of `extended_phases`.
        block: which patches.
    """
    rows = block.rows.stop - block.rows.start + (grid.size - 1) // grid.stride
    return x.new_zeros(block.planes, x.shape[1], rows, x.shape[3])


def band_of(grid: PatchGrid, folded: Tensor, block: Block) -> Tensor:
    """Return the band of extended images whose phases were folded into, see `PatchGrid.band`."""
    where = grid.band(block)
    return joined(folded, grid.stride)[:, : where.stop - where.start, : grid.width + grid.extension]


def patches_of(grid: PatchGrid, x: Tensor, means: Tensor | None, block: Block) -> Patches:
    """Describe the patches of a block.

    Args:
        grid: of all patches.
        x: phases of the extended images, see `extended_phases`, contiguous.
        means: `(columns,)`, or None.
        block: which patches.
    """
    image = x[block.images]
    level = None if means is None else means[block.images.start * grid.per_image :].data_ptr()
    return Patches(
        image.data_ptr(),
        level,
        image.shape[0],
        image.shape[2],
        image.shape[3],
        grid.size,
        grid.stride,
        grid.rows,
        grid.cols,
        block.rows.start,
        block.rows.stop,
    )


def in_threads(work: Callable[[int], None], places: Sequence[int]) -> None:
    """Work on places in as many threads as PyTorch uses; the kernels let other threads run."""
    count = min(torch.get_num_threads(), len(places))
    if count == 1:
        for place in places:
            work(place)
        return
    list(_pool(count, os.getpid()).map(work, places))


@cache
def _pool(count: int, process: int) -> ThreadPoolExecutor:  # threads do not survive a fork
    return ThreadPoolExecutor(count, f"recon-{process}")
