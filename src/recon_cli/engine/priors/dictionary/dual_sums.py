"""Feasible multipliers of the patches, and the lower bound on the minimum of J that they give."""

from __future__ import annotations

import torch
from torch import Tensor

from ...certificate import least_with_slope
from ...patches.grid import Block
from .codes import Codes
from .problem import PatchProblem


class DualSums:
    """Collects feasible patch multipliers `r_k` into a lower bound on the minimum of J, in float64.

    With `|d_j' r_k| <= lam_j w_kj` for each atom (and zero mean in the mean-free variant) and
    `g = beta sum_k P~k' r_k`, for any `w` the minimum of J is at least

        -1/2 |w|^2 - Re<w, y> + min over x in C of <H'w + g, x> - beta sum_k ( 1/2 |r_k|^2 + <r_k, m_k> ).
    """

    def __init__(self, problem: PatchProblem) -> None:
        """Start with no multipliers."""
        self.problem = problem
        self.folded = torch.zeros_like(problem.start, dtype=torch.float64)
        """`sum_k P_k' r_k`, `(planes, height, width)`."""
        self._penalty = problem.start.new_zeros(problem.grid.batch, dtype=torch.float64)

    def add(self, multipliers: Tensor, correlations: Tensor, block: Block) -> None:
        """Add a block's multipliers, each scaled into the feasible set.

        Args:
            multipliers: `r_k` before scaling, `(size**2, columns of the block)`.
            correlations: `D' r_k`, `(atoms, columns of the block)`.
            block: their place.
        """
        problem, grid = self.problem, self.problem.grid
        peak = (correlations.abs() / problem.levels(block)).amax(0).clamp_min(1)
        scale = (1 - 8 * torch.finfo(peak.dtype).eps) / peak
        feasible = multipliers.double() * scale
        if problem.means is None:
            feasible -= feasible.mean(0)  # of rounding, which the box sum would add up
        grid.fold(feasible, self.folded, block)
        self._penalty[block.images] += 0.5 * grid.per_image_sum(feasible.square(), block)
        if problem.means is not None:
            self._penalty[block.images] += grid.per_image_sum(
                feasible.sum(0, keepdim=True) * problem.means[block.columns], block
            )

    def add_folded(self, folded: Tensor, penalty: Tensor, block: Block) -> None:
        """Add a block's feasible multipliers after their fold.

        Args:
            folded: `sum_k P_k' r_k` on the block's band of the extended planes, float64.
            penalty: `sum_k 1/2 |r_k|^2 + <r_k, m_k>` of each plane, float64.
            block: their place.
        """
        self.problem.grid.add_extended(folded, self.folded, block)
        self._penalty[block.images] += penalty

    def bound(self, x: Tensor) -> Tensor:
        """Return the lower bound on the minimum of J for each image, `(images,)` float64.

        Args:
            x: an image near the minimum, `(planes, height, width)`; any gives a valid bound.
        """
        problem = self.problem
        penalty = problem.beta * problem.measurement.per_image(self._penalty)
        return least_with_slope(problem.measurement, problem.beta * self.folded, x) - penalty


def certify(problem: PatchProblem, x: Tensor, codes: Codes) -> Tensor:
    """Return a lower bound on the minimum of J from the residuals `P~k x - D a_k`, `(images,)` float64.

    Valid at any iterate; tight only where the codes are accurate.
    """
    sums = DualSums(problem)
    for block in problem.blocks():
        patches = problem.centred(x, block)
        residual = torch.addmm(patches, problem.dictionary, codes.block(block), alpha=-1).double()
        sums.add(residual, problem.dictionary.double().T @ residual, block)
    return sums.bound(x)
