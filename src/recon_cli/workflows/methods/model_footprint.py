"""How much memory the learned patch model takes, by its size and the solver."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from ...engine.native.library import usable
from .footprint import Footprint

if TYPE_CHECKING:
    from ...models.dictionary import Dictionary
    from ..denoising.denoise import DenoiseOptions

_FLOAT = 4
_IMAGE = 400
"""Of the systems and sums in the image, for each pixel; measured."""
_MATRICES = 48
"""Of the solver's matrices, in double and in single precision and as the kernels take them."""
_BLOCK = 3000
"""Patches that are worked on together: `Problem.blocks` takes 2000, and a row more."""
_LOOP = 48
"""Of what is computed of a patch on the way, for each of its pixels and atoms."""
_SWEEP = 8
"""Of sparse coding in the kernel, for each atom of a patch, in each thread."""


def model_footprint(dictionary: Dictionary, options: DenoiseOptions) -> Footprint:
    """Return what denoising with a dictionary takes on a CPU.

    Args:
        dictionary: the model.
        options: the solver.
    """
    pixels, atoms = dictionary.atoms.shape
    admm = options.mode == "full" and options.solver == "admm"
    exact = options.mode != "full" and options.inner == "exact"
    numbers = atoms * (2 if options.solver == "ipalm" else 1) + (pixels if admm else 0)
    if options.mode == "full" and dictionary.reweighting is not None:
        numbers = max(numbers + atoms, 3 * atoms)  # with weights, or while they are made
    loop = 0 if admm and usable(dictionary.atoms) else _LOOP * (atoms + pixels)
    sweep = _SWEEP * atoms * torch.get_num_threads() if exact else 0
    square = _FLOAT * (0 if admm else 4 if exact else 1) * atoms**2
    side = dictionary.patch_size
    return Footprint(
        f"{dictionary.name} with {atoms} atoms of {side} x {side} pixels",
        _FLOAT * numbers + _IMAGE,
        _MATRICES * pixels * (atoms + pixels) + square + _BLOCK * (loop + sweep),
        side - 1 if options.border == "extend" else 0,
    )
