"""A pass of sparse coding over the patches of an image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from .native.coding import sweep_codes
from .native.library import packed, usable
from .patches import Block
from .problem import Codes, Problem
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
    """Codes patches by a sparse-coding method, by the compiled kernel where it can."""

    def __init__(self, problem: Problem, coder: SparseCoder) -> None:
        """Prepare for many passes.

        Args:
            problem: gives dictionary, grid and patch means.
            coder: made with the problem's dictionary.
        """
        self._problem, self._coder = problem, coder
        self._packed: list[Tensor] = []
        if isinstance(coder, ExactCoder) and usable(problem.start):
            self._packed = [packed(m) for m in (coder.project, coder.square, problem.dictionary)]

    @property
    def threshold(self) -> Tensor | None:
        """See `SparseCoder`."""
        return self._coder.threshold

    def __call__(self, x: Tensor, state: Tensor, blocks: Sequence[Block]) -> Sweep:
        """Code the patches of `x`.

        Args:
            x: `(planes, height, width)`.
            state: the coder's, `(atoms, columns)`, changed in place.
            blocks: which patches.
        """
        problem, coder = self._problem, self._coder
        grid = problem.grid
        if self._packed and isinstance(coder, ExactCoder):
            threshold = coder.threshold.flatten()
            limits = coder.relaxation, coder.tolerance, coder.max_iterations
            return Sweep(
                *sweep_codes(grid, blocks, x, problem.means, self._packed, threshold, state, *limits)
            )
        folded = torch.zeros_like(x)
        moved = torch.zeros(grid.batch, dtype=torch.float64)
        size = torch.zeros_like(moved)
        codes = Codes(state, coder.threshold)
        for block in blocks:
            before = codes.block(block).clone()
            coder.advance(problem.centred(x, block), state[:, block.columns])
            after = codes.block(block)
            grid.fold(problem.dictionary @ after, folded, block)
            size[block.images] += grid.per_image_sum(before.square(), block).cpu()
            moved[block.images] += grid.per_image_sum(before.sub_(after).square_(), block).cpu()
        return Sweep(folded, size, moved)
