"""The half of a joint ADMM iteration that runs over all patches: codes, multipliers and their fold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from ..native.joint import joint_codes
from ..native.library import packed, usable
from ..patches.grid import Block
from ..patches.overlap import OverlapSum
from ..priors.dictionary.codes import Codes
from ..priors.dictionary.dual_sums import DualSums
from ..priors.dictionary.problem import PatchProblem
from ..priors.dictionary.shrinkage import clip

_VALUES = 2**18
"""Numbers of a block that are taken over together."""


class Matrices:
    """The constant matrices of an atom's penalty parameter each, computed in float64.

    With `R` the diagonal matrix of these parameters, `rho K` is `(I + D R^-1 D')^-1`, and `D'K` is
    `R^-1 D' (rho K)`: the names are those of a single rho, see `joint_iteration`.
    """

    def __init__(self, problem: PatchProblem, rho: Tensor) -> None:
        """Prepare them.

        Args:
            problem: gives D and the grid.
            rho: penalty parameter of each atom, `(atoms, 1)`, positive.
        """
        wide, rho = problem.dictionary.double(), rho.double()
        wide = wide - wide.mean(0)  # the rounding of a mean of zero, over a small rho, would be felt
        d = wide.shape[0]
        eye = torch.eye(d, dtype=wide.dtype, device=wide.device)
        weight = torch.linalg.inv(eye + wide @ (wide.T / rho))
        overlap = weight - 1 / d if problem.means is None else weight
        like = problem.start
        self.rho = rho.to(like)
        self.overlap = OverlapSum(overlap, problem.grid).to(like)
        self.project = (wide.T @ weight / rho).to(like)
        """`D'K`, `(atoms, size**2)`."""
        self.weight = weight.to(like)
        """`rho K`, `(size**2, size**2)`."""


@dataclass(frozen=True)
class Support:
    """Where codes may differ from zero, in the derivative of the minimum.

    Attributes:
        state: `(atoms, columns)`; the support is where it exceeds the threshold in magnitude.
        keep: what codes on the support are multiplied by, `1 / (1 + eps / rho)` for a ridge eps,
            `(atoms, 1)`.
    """

    state: Tensor
    keep: Tensor


class JointCodes:
    """The codes as one variable `s = z + u`, with `z = soft(s, lam w / rho)` and `u = s - z`.

    With a support, the shrinkage is replaced by it: `z = s` on the support, zero elsewhere.
    """

    relaxation = 1.7

    def __init__(
        self,
        problem: PatchProblem,
        matrices: Matrices,
        support: Support | None = None,
        state: Tensor | None = None,
    ) -> None:
        """Start with codes of zero, or in the memory of others, which `go_on_from` then has to take over."""
        self.problem = problem
        self.matrices = matrices
        self.support = support
        x, columns = problem.start, problem.grid.columns
        self.threshold = problem.lam / matrices.rho
        if state is None:
            state = x.new_zeros(problem.dictionary.shape[1], columns)
        self.codes = Codes(state, self.threshold, problem.weights)
        self.folded = torch.zeros_like(x)
        """`sum_k P_k' W D v_k` with `v = z - u`, `(planes, height, width)`."""
        self._synthesis = x.new_zeros(problem.dictionary.shape[0], columns)
        """`D v` for every patch."""

    def go_on_from(self, start: Codes) -> None:
        """Take over codes and multipliers; those keep their share of the threshold."""
        self.folded = torch.zeros_like(self.folded)
        for block in self.problem.grid.blocks(max(1, _VALUES // len(start.state))):
            before, old, new = start.state[:, block.columns], start.thresholds(block), self._thresholds(block)
            assert old is not None
            clipped = clip(before, old) if self.support is None else self._dual(before, new, block)
            codes, dual = before - clipped, clipped * (new / old)
            self.codes.state[:, block.columns] = codes + dual
            v = codes.sub_(dual)
            self._synthesise(v, block)

    def update(self, x: Tensor, sums: DualSums | None = None) -> None:
        """Do one pass over the patches; with `sums`, collect the multipliers of the joint solve.

        Args:
            x: `(planes, height, width)`.
            sums: takes the multipliers.
        """
        self.folded = torch.zeros_like(x)
        for block in self.problem.blocks():
            state, thresholds = self.codes.state[:, block.columns], self._thresholds(block)
            residual = self._residual(x, block)
            step = self.matrices.project @ residual
            if sums is not None:
                sums.add(self.matrices.weight @ residual, self.matrices.rho * step, block)
            step -= self._dual(state, thresholds, block)
            state.add_(step, alpha=self.relaxation)
            v = torch.sub(state, self._dual(state, thresholds, block), alpha=2)
            self._synthesise(v, block)

    def block(self, block: Block) -> Tensor:
        """Return the codes `z` of a block, `(atoms, columns of the block)`."""
        state = self.codes.state[:, block.columns]
        return state - self._dual(state, self._thresholds(block), block)

    def multipliers(self, x: Tensor, block: Block) -> Tensor:
        """Return `rho K (P~k x - D v_k)`, which tends to the residual `P~k x - D a_k` far sooner than that.

        Args:
            x: `(planes, height, width)`.
            block: which patches.
        """
        return self.matrices.weight @ self._residual(x, block)

    def _residual(self, x: Tensor, block: Block) -> Tensor:
        return self.problem.centred(x, block).sub_(self._synthesis[:, block.columns])

    def _thresholds(self, block: Block) -> Tensor:
        thresholds = self.codes.thresholds(block)
        assert thresholds is not None
        return thresholds

    def _dual(self, state: Tensor, thresholds: Tensor, block: Block) -> Tensor:
        if self.support is None:
            return clip(state, thresholds)
        on = self.support.state[:, block.columns].abs() > thresholds
        return torch.where(on, (1 - self.support.keep) * state, state)

    def _synthesise(self, v: Tensor, block: Block) -> None:
        values = self.problem.dictionary @ v
        self._synthesis[:, block.columns] = values
        self.problem.grid.fold(self.matrices.weight @ values, self.folded, block)


class NativeJointCodes(JointCodes):
    """The same by the compiled kernel."""

    @cached_property
    def _packed(self) -> list[Tensor]:
        matrices = self.matrices
        return [packed(m) for m in (matrices.project, self.problem.dictionary, matrices.weight)]

    def update(self, x: Tensor, sums: DualSums | None = None) -> None:
        """See `JointCodes`."""
        self.folded = joint_codes(
            self.problem.grid,
            list(self.problem.blocks()),
            x,
            self.problem.means,
            self._packed,
            self.codes.state,
            self.threshold.flatten(),
            self._synthesis,
            self.relaxation,
            sums,
            self.problem.weights,
            None if self.support is None else (self.support.state, self.support.keep.flatten()),
        )


def joint_codes_of(
    problem: PatchProblem,
    matrices: Matrices,
    support: Support | None = None,
    state: Tensor | None = None,
) -> JointCodes:
    """Return codes, see `JointCodes`, with the fastest update that there is for the problem."""
    return (NativeJointCodes if usable(problem.start) else JointCodes)(problem, matrices, support, state)
