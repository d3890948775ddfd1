"""A pass of sparse coding over the patches of an image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ..native.coding import sweep_codes
from ..native.library import packed, usable
from ..patches.grid import Block
from ..priors.dictionary.codes import Codes
from ..priors.dictionary.problem import PatchProblem
from .sparse_coding import ExactCoder, SparseCoder


class Sweep(NamedTuple):
    """What a pass yields besides the codes.

    Attributes:
        folded: `sum_k P_k' D a_k`, `(planes, height, width)`.
        size: sum of the squares of each plane's codes before, `(planes,)` float64, on the CPU.
        moved: the same of their change.
    """

    folded: Tensor
    size: Tensor
    moved: Tensor


class CodeSweep:
    """Codes patches by a sparse-coding method."""

    def __init__(self, problem: PatchProblem, coder: SparseCoder) -> None:
        """Prepare for many passes.

        Args:
            problem: gives dictionary, grid and patch means.
            coder: made with the problem's dictionary.
        """
        self._problem = problem
        self._coder = coder
        self.threshold = coder.threshold
        """See `SparseCoder`."""

    def __call__(self, x: Tensor, state: Tensor, blocks: Sequence[Block]) -> Sweep:
        """Code the patches of `x`.

        Args:
            x: `(planes, height, width)`.
            state: the coder's, `(atoms, columns)`, changed in place.
            blocks: which patches.
        """
        problem, grid = self._problem, self._problem.grid
        folded = torch.zeros_like(x)
        moved = torch.zeros(grid.batch, dtype=torch.float64)
        size = torch.zeros_like(moved)
        codes = Codes(state, self.threshold)
        for block in blocks:
            before = codes.block(block).clone()
            self._coder.advance(problem.centred(x, block), state[:, block.columns])
            after = codes.block(block)
            grid.fold(problem.dictionary @ after, folded, block)
            size[block.images] += grid.per_image_sum(before.square(), block).cpu()
            moved[block.images] += grid.per_image_sum(before.sub_(after).square_(), block).cpu()
        return Sweep(folded, size, moved)


class NativeCodeSweep(CodeSweep):
    """The same by the compiled kernel."""

    def __init__(self, problem: PatchProblem, coder: ExactCoder) -> None:
        """See `CodeSweep`."""
        super().__init__(problem, coder)
        self._packed = [packed(m) for m in (coder.project, coder.square, problem.dictionary)]
        self._levels = coder.threshold.flatten()
        self._limits = coder.relaxation, coder.tolerance, coder.max_iterations

    def __call__(self, x: Tensor, state: Tensor, blocks: Sequence[Block]) -> Sweep:
        """See `CodeSweep`."""
        grid, means = self._problem.grid, self._problem.means
        return Sweep(*sweep_codes(grid, blocks, x, means, self._packed, self._levels, state, *self._limits))


def code_sweep_of(problem: PatchProblem, coder: SparseCoder) -> CodeSweep:
    """Return the fastest way that there is to code the patches of a problem by a method."""
    if isinstance(coder, ExactCoder) and usable(problem.start):
        return NativeCodeSweep(problem, coder)
    return CodeSweep(problem, coder)
