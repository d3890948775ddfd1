"""The half of a joint ADMM iteration that runs over all patches: codes, multipliers and their fold."""

from __future__ import annotations

import torch
from torch import Tensor

from .native.joint import joint_codes
from .native.library import packed, usable
from .overlap import OverlapSum
from .patches import Block
from .problem import Codes, DualSums, Problem
from .shrinkage import clip


class Matrices:
    """The constant matrices of one penalty parameter, computed in float64."""

    def __init__(self, problem: Problem, rho: float) -> None:
        """Prepare `K = (D D' + rho I)^-1` and what is made of it."""
        wide = problem.dictionary.double()
        d = wide.shape[0]
        eye = torch.eye(d, dtype=wide.dtype, device=wide.device)
        inverse = torch.linalg.inv(wide @ wide.T + rho * eye)
        weight = rho * inverse
        overlap = weight - 1 / d if problem.means is None else weight
        like = problem.start
        self.rho = rho
        self.overlap = OverlapSum(overlap, problem.grid).to(like)
        self.project = (wide.T @ inverse).to(like)
        """`D'K`, `(atoms, size**2)`."""
        self.weight = weight.to(like)
        """`rho K`, `(size**2, size**2)`."""


class JointCodes:
    """The codes as one variable `s = z + u`, with `z = soft(s, lam / rho)` and `u = s - z`."""

    relaxation = 1.7

    def __init__(self, problem: Problem, rho: float) -> None:
        """Start with codes of zero."""
        self.problem = problem
        self.matrices = Matrices(problem, rho)
        x, columns = problem.start, problem.grid.columns
        self.threshold = problem.lam / rho
        self.codes = Codes(x.new_zeros(problem.dictionary.shape[1], columns), self.threshold)
        self.folded = torch.zeros_like(x)
        """`sum_k P_k' W D v_k` with `v = z - u`, `(planes, height, width)`."""
        self._synthesis = x.new_zeros(problem.dictionary.shape[0], columns)
        """`D v` for every patch."""

    def go_on_from(self, start: Codes) -> None:
        """Take over codes and multipliers; those keep their share of the threshold."""
        old = start.threshold
        assert old is not None
        share = self.threshold / old
        for block in self.problem.blocks():
            before = start.state[:, block.columns]
            clipped = clip(before, old)
            codes, dual = before - clipped, clipped * share
            self.codes.state[:, block.columns] = codes + dual
            v = codes.sub_(dual)
            self._synthesise(v, block)

    def update(self, x: Tensor, sums: DualSums | None) -> None:
        """Do one pass over the patches; with `sums`, collect the multipliers of the joint solve.

        Args:
            x: `(planes, height, width)`.
            sums: takes the multipliers.
        """
        problem, matrices = self.problem, self.matrices
        self.folded = torch.zeros_like(x)
        for block in problem.blocks():
            state = self.codes.state[:, block.columns]
            residual = problem.centred(x, block).sub_(self._synthesis[:, block.columns])
            step = matrices.project @ residual
            if sums is not None:
                sums.add(matrices.weight @ residual, matrices.rho * step, block)
            step -= clip(state, self.threshold)
            state.add_(step, alpha=self.relaxation)
            v = torch.sub(state, clip(state, self.threshold), alpha=2)
            self._synthesise(v, block)

    def _synthesise(self, v: Tensor, block: Block) -> None:
        values = self.problem.dictionary @ v
        self._synthesis[:, block.columns] = values
        self.problem.grid.fold(self.matrices.weight @ values, self.folded, block)


class NativeJointCodes(JointCodes):
    """The same by the compiled kernel."""

    def __init__(self, problem: Problem, rho: float) -> None:
        """See `JointCodes`."""
        super().__init__(problem, rho)
        matrices = self.matrices
        self._packed = [packed(m) for m in (matrices.project, problem.dictionary, matrices.weight)]

    def update(self, x: Tensor, sums: DualSums | None) -> None:
        """See `JointCodes`."""
        problem = self.problem
        self.folded = joint_codes(
            problem.grid,
            list(problem.blocks()),
            x,
            problem.means,
            self._packed,
            self.codes.state,
            self.threshold.flatten(),
            self._synthesis,
            self.matrices.rho,
            self.relaxation,
            sums,
        )


def joint_codes_of(problem: Problem, rho: float) -> JointCodes:
    """Return the codes of a problem with the fastest update that there is for it."""
    return (NativeJointCodes if usable(problem.start) else JointCodes)(problem, rho)
