"""The compiled kernels, where this installation has them, called with tensors."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from ..patches.grid import Block, PatchGrid

PACK = 8
"""Rows of a matrix that are packed together, `PACK` in kernels.c."""


class Patches(ctypes.Structure):
    """`Patches` of kernels.c."""

    _fields_ = (
        ("image", ctypes.c_void_p),
        ("means", ctypes.c_void_p),
        ("planes", ctypes.c_long),
        *(
            (name, ctypes.c_int)
            for name in ("height", "width", "size", "stride", "rows", "cols", "first", "last")
        ),
    )


class Joint(ctypes.Structure):
    """`Joint` of kernels.c."""

    _fields_ = (
        *(
            (name, ctypes.c_void_p)
            for name in (
                *("project", "dictionary", "weight", "threshold"),
                *("weights", "support", "keep", "state", "synthesis", "folded"),
            )
        ),
        *((name, ctypes.c_long) for name in ("weights_stride", "support_stride", "stride")),
        ("atoms", ctypes.c_int),
        ("relaxation", ctypes.c_float),
    )


class Bound(ctypes.Structure):
    """`Bound` of kernels.c."""

    _fields_ = tuple((name, ctypes.c_void_p) for name in ("folded", "penalty"))


class Codes(ctypes.Structure):
    """`Codes` of kernels.c."""

    _fields_ = (
        *(
            (name, ctypes.c_void_p)
            for name in ("dictionary", "threshold", "lam", "weights", "state", "misfit", "sparsity")
        ),
        *((name, ctypes.c_long) for name in ("weights_stride", "stride")),
        ("atoms", ctypes.c_int),
    )


class Sweep(ctypes.Structure):
    """`Sweep` of kernels.c."""

    _fields_ = (
        *(
            (name, ctypes.c_void_p)
            for name in (
                *("project", "square", "dictionary", "threshold"),
                *("state", "folded", "size", "moved"),
            )
        ),
        ("stride", ctypes.c_long),
        *((name, ctypes.c_int) for name in ("atoms", "limit")),
        *((name, ctypes.c_float) for name in ("relaxation", "tolerance")),
    )


class Masked(ctypes.Structure):
    """`Masked` of kernels.c."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("gram", "support", "right", "solution")),
        *((name, ctypes.c_long) for name in ("stride", "columns")),
        *((name, ctypes.c_int) for name in ("atoms", "limit")),
        *((name, ctypes.c_float) for name in ("eps", "tolerance")),
    )


STRUCTURES = (Patches, Joint, Bound, Codes, Sweep, Masked)


@cache
def _library() -> ctypes.CDLL | None:
    """Load the kernels; None where they were not built for this version, or `RECON_NATIVE=0` forbids them."""
    place = Path(__file__).with_name("kernels.so")
    if os.environ.get("RECON_NATIVE") == "0" or not place.is_file():
        return None
    try:
        library = ctypes.CDLL(str(place))
        sizes = (ctypes.c_long * len(STRUCTURES)).in_dll(library, "structure_sizes")
    except (OSError, ValueError):  # built for another machine, or long ago
        return None
    return library if [*sizes] == [*map(ctypes.sizeof, STRUCTURES)] else None


def usable(tensor: Tensor) -> bool:
    """Return whether the kernels can work on tensors like this one: float32 on the CPU."""
    return tensor.device.type == "cpu" and tensor.dtype == torch.float32 and _library() is not None


def call(name: str, *structures: ctypes.Structure | None) -> None:
    """Call a kernel.

    Raises:
        MemoryError: when it gets no memory for its chunk.
    """
    library = _library()
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


def patches_of(grid: PatchGrid, x: Tensor, means: Tensor | None, block: Block) -> Patches:
    """Describe the patches of a block.

    Args:
        grid: of all patches.
        x: extended images, `(planes, height + extension, width + extension)`, contiguous.
        means: `(columns,)`, or None.
        block: which patches.
    """
    image = x[block.images]
    level = None if means is None else means[block.images.start * grid.per_image :].data_ptr()
    return Patches(
        image.data_ptr(),
        level,
        image.shape[0],
        image.shape[1],
        image.shape[2],
        grid.size,
        grid.stride,
        grid.rows,
        grid.cols,
        block.rows.start,
        block.rows.stop,
    )


def in_threads(calls: Sequence[Callable[[], None]]) -> None:
    """Do calls in as many threads as PyTorch uses; the kernels let other threads run."""
    count = min(torch.get_num_threads(), len(calls))
    if count == 1:
        for each in calls:
            each()
        return
    list(_pool(count, os.getpid()).map(lambda each: each(), calls))


@cache
def _pool(count: int, process: int) -> ThreadPoolExecutor:  # threads do not survive a fork
    return ThreadPoolExecutor(count, f"recon-{process}")
