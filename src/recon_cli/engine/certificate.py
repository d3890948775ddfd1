"""The certificate: a lower bound on the minimum of J from feasible dual variables, and the gap it leaves."""

from __future__ import annotations

import math
from typing import Protocol

import torch
from torch import Tensor

from .domain import Domain
from .linear import LinearOperator
from .patches import Block
from .problem import Codes, Problem, total

_FLOOR = 1e-8
"""J for each pixel that counts as zero: that of an image which is off by 0.04 grey levels of 255."""
_ROUNDING = 2
"""Rounding of J but its data term, relative, in units of the precision's epsilon."""


class DualSums:
    """Collects feasible patch multipliers `r_k` into a lower bound on the minimum of J, in float64.

    With `|d_j' r_k| <= lam_j w_kj` for each atom (and zero mean in the mean-free variant) and
    `g = beta sum_k P~k' r_k`, for any `w` the minimum of J is at least

        -1/2 |w|^2 - Re<w, y> + min over x in C of <H'w + g, x> - beta sum_k ( 1/2 |r_k|^2 + <r_k, m_k> ).
    """

    def __init__(self, problem: Problem) -> None:
        """Start with no multipliers."""
        self.problem = problem
        self._folded = torch.zeros_like(problem.start, dtype=torch.float64)
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
        grid.fold(feasible, self._folded, block)
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
        self.problem.grid.add_extended(folded, self._folded, block)
        self._penalty[block.images] += penalty

    def bound(self, x: Tensor) -> Tensor:
        """Return the lower bound on the minimum of J for each image, `(images,)` float64.

        Args:
            x: an image near the minimum, `(planes, height, width)`; any gives a valid bound.
        """
        problem = self.problem
        penalty = problem.beta * problem.per_image(self._penalty)
        return least_with_slope(problem, problem.beta * self._folded, x) - penalty


def certify(problem: Problem, x: Tensor, codes: Codes) -> Tensor:
    """Return a lower bound on the minimum of J from the residuals `P~k x - D a_k`, `(images,)` float64.

    Valid at any iterate; tight only where the codes are accurate.
    """
    sums = DualSums(problem)
    for block in problem.blocks():
        patches = problem.centred(x, block)
        residual = torch.addmm(patches, problem.dictionary, codes.block(block), alpha=-1).double()
        sums.add(residual, problem.dictionary.double().T @ residual, block)
    return sums.bound(x)


class InverseProblem(Protocol):
    """Data `y = H x` with noise, of images in C; J adds a regulariser to `1/2 |H x - y|^2`."""

    @property
    def operator(self) -> LinearOperator:
        """`H`."""

    @property
    def data(self) -> Tensor:
        """`y`, `(images, ...)`, real or complex."""

    @property
    def domain(self) -> Domain:
        """The set C."""


def least_with_slope(problem: InverseProblem, g: Tensor, x: Tensor) -> Tensor:
    """Return a lower bound on the minimum of `1/2 |H x - y|^2 + <g, x>` over C, `(images,)` float64.

        -1/2 |w|^2 - Re<w, y> + min over x in C of <H'w + g, x>     for the w of `LinearOperator.dual_point`

    Args:
        problem: gives H, y and C.
        g: `(planes, height, width)` float64.
        x: an image near the minimum, of the same shape; any gives a valid bound.
    """
    data = problem.data.to(torch.promote_types(problem.data.dtype, torch.float64))
    w = problem.operator.dual_point(g, x.double(), data)
    product = total((w.conj() * data).real if w.is_complex() else w * data)
    quadratic = 0.5 * total(w.abs().square())
    return problem.domain.least(problem.operator.adjoint(w) + g) - quadratic - product


class RelativeGap:
    """The certified gap of a batch, relative to what an image can change of J: `(J - L) / (J - F)`.

    `F` is a lower bound on the data term alone. No image lowers that part of J, which data far outside C make
    as large as they like, so it may not hide what is still to be gained.
    """

    def __init__(self, problem: InverseProblem) -> None:
        """Find F, at the first image, which is near the minimum of the data term."""
        first = problem.domain.project(problem.operator.start(problem.data))
        self.fixed = least_with_slope(problem, torch.zeros_like(first, dtype=torch.float64), first).clamp_min(
            0
        )
        """F of each image, `(images,)` float64."""
        self._floor = _FLOOR * math.prod(problem.operator.image_shape)
        self._rounding = _ROUNDING * torch.finfo(first.dtype).eps

    def __call__(self, value: Tensor, bound: Tensor) -> float:
        """Return the largest gap of the batch, not negative.

        What the precision of the images cannot tell apart counts as gap. Where the minimum is F, as of a
        constant image, rounding keeps L below it; there the gap is relative to `1e-8` for each pixel.

        Args:
            value: J of each image, `(images,)` float64, its data term computed in float64.
            bound: L of each image, `(images,)` float64.
        """
        changeable = (value - self.fixed).clamp_min(0)
        lost = (value - torch.maximum(bound, self.fixed)).clamp_min(0) + self._rounding * changeable
        return float((lost / changeable.clamp_min(self._floor)).max())
