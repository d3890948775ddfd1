"""How much memory the learned patch model takes, by its size and the solver."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

from ..engine.native.library import usable
from ..engine.priors.dictionary.weights_network import SIDE
from ..engine.solvers.joint_admm import may_need_double
from ..engine.solvers.recycled import NUMBERS
from .footprint import Footprint

if TYPE_CHECKING:
    from ..engine.measurement import Task
    from ..models.dictionary import Dictionary
    from ..solver import Solver

_FLOAT = 4
_IMAGE = 300
"""Of the systems and sums in the image, for each pixel; measured."""
_MATRICES = 48
"""Of the solver's matrices, in double and in single precision and as the kernels take them."""
_BLOCK, _CHUNK = 3000, 48
"""Patches that are worked on together: `blocks` takes 2000 and a row more, ADMM's kernel a chunk."""
_LOOP = 48
"""Of what is computed of a patch on the way, for each of its pixels and atoms, without a kernel."""
_HIDDEN = 4
"""Of the network's hidden values, for each patch."""
_TILE = 6 * (SIDE + 40) ** 2
"""Of the hidden values of a tile, with its edge."""
_REST = 2**24
"""Of vectors, of buffers of libraries, and of gaps that the allocator keeps when many groups of planes were
solved; those are half of it."""


def _frame(side: int, stride: int) -> int:
    """Return what a frame makes a plane longer by, and half of it more for sums at the border; measured.

    With a stride it is wider, and sides become those of fast Fourier transforms.
    """
    return 3 * (side - 1) // 2 if stride == 1 else 4 * (side - 1)


def _factor(atoms: int) -> int:
    """Return the numbers of a triangular matrix whose rows end at multiples of eight."""
    return (atoms + 8) * (atoms + 1) // 2


def dictionary_footprint(
    dictionary: Dictionary, solver: Solver, tolerance: float, framed: bool, task: Task
) -> Footprint:
    """Return what the model takes on a CPU.

    Args:
        dictionary: the model.
        solver: mode and algorithm.
        tolerance: of the stop rule.
        framed: whether planes are extended by a frame.
        task: what is reconstructed.
    """
    pixels, atoms = dictionary.atoms.shape
    descent, ipalm = not solver.is_minimum, solver.algorithm == "ipalm"
    admm, exact = not (descent or ipalm), descent and solver.inner == "exact"
    beside, network = atoms if ipalm else pixels if admm else 0, 0
    if not descent and dictionary.reweighting is not None:
        beside += atoms  # their weights
        if dictionary.reweighting.network is not None:  # it works before the second minimum begins
            width = dictionary.reweighting.network.width
            beside, network = max(beside, atoms + _HIDDEN * width), _TILE * _FLOAT * width
    numbers = atoms + beside
    weighted = dictionary.reweighting is not None
    proof = solver.mode == "full" and admm
    newton = proof and weighted and usable(dictionary.atoms)
    wide = proof and may_need_double(tolerance, task == "denoise", weighted)
    recycled = _FLOAT * NUMBERS * (3 if wide else 1) if admm and task == "mri" else 0
    before = numbers
    if wide and not (newton and task == "denoise"):
        numbers *= 3  # those of both precisions, for the moment between them
    if newton:  # weights, codes in double precision, and a factor of the atoms that a patch can have codes of
        numbers = max(numbers, before + 3 * atoms, 3 * atoms + _factor(min(atoms, pixels)))
    square = 0 if admm else atoms**2 * (4 if exact else 1)
    threads = torch.get_num_threads()
    if wide:
        loop = 2 * _BLOCK * _LOOP * (atoms + pixels)
    elif admm and usable(dictionary.atoms):
        loop = threads * _CHUNK * _FLOAT * (2 * atoms + 5 * pixels)
    else:  # the certificate of sparse coding has no kernel
        loop = _BLOCK * (_LOOP * (atoms + pixels) + (threads * _FLOAT * 2 * atoms if exact else 0))
    side = dictionary.patch_size
    return Footprint(
        f"{dictionary.name} with {atoms} atoms of {side} x {side} pixels",
        math.ceil(_FLOAT * numbers / dictionary.stride**2) + _IMAGE + recycled,
        _MATRICES * pixels * (atoms + pixels) + _FLOAT * square + max(loop, network) + _REST,
        _frame(side, dictionary.stride) if framed else 0,
    )
