"""The convex problem, its objective J and the certificate that an answer is optimal.

    J(x, a) = 1/2 |H x - y|^2 + beta * sum_k ( 1/2 |P~k x - D a_k|^2 + sum_j lam_j |a_kj| ),   x in C

with C the images in [0, 1]^n, or the complex ones with |x_i| <= 1, whose real and imaginary parts then both
have the patch term. This is the synthesis model of Ducotterd, Neumayer and Unser, "Learning a convex
patch-based synthesis model via deep equilibrium", ICASSP 2024, with factors 1/2 and the penalty written
`beta * lam`, which may differ between atoms.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import torch
from torch import Tensor

from .domain import Domain, domain_of
from .linear import LinearOperator
from .native.library import usable
from .native.objective import patch_terms
from .patches import Block, PatchGrid
from .shrinkage import shrink

Variant = Literal["mean-free", "fixed-mean"]


@dataclass(frozen=True)
class Codes:
    """Sparse codes of every patch, kept as the state that a solver iterates.

    Attributes:
        state: `(atoms, columns)`, float.
        threshold: the codes are the state soft-thresholded by this, `(atoms, 1)`; None where the state
            holds the codes.
    """

    state: Tensor
    threshold: Tensor | None = None

    def block(self, block: Block) -> Tensor:
        """Return the codes of a block, `(atoms, columns of the block)`."""
        return shrink(self.state[:, block.columns], self.threshold)

    def dense(self) -> Tensor:
        """Return the codes of every patch, `(atoms, columns)`."""
        return shrink(self.state, self.threshold)


@dataclass(frozen=True)
class Problem:
    """A batch of inverse problems that share operator, dictionary and parameters.

    Attributes:
        operator: `H`.
        data: `y`, `(images, ...)`, real or complex; intensities in [0, 1].
        dictionary: `D`, `(size**2, atoms)`; columns of zero mean, spectral norm 1.
        beta: weight of the patch term.
        lam: soft-threshold level of each atom, `(atoms, 1)`.
        start: first image, `(planes, height, width)`, see `domain`.
        grid: the patches of all planes.
        means: `m_k` of the fixed-mean variant, `(columns,)`; None in the mean-free variant.
    """

    operator: LinearOperator
    data: Tensor
    dictionary: Tensor
    beta: float
    lam: Tensor
    start: Tensor
    grid: PatchGrid
    means: Tensor | None

    @classmethod
    def create(
        cls,
        operator: LinearOperator,
        data: Tensor,
        dictionary: Tensor,
        beta: float,
        lam: float | Tensor,
        variant: Variant = "mean-free",
    ) -> Problem:
        """Set up the problem of the given data.

        Args:
            operator: `H`.
            data: `(images, ...)`, in single or double precision.
            dictionary: `(size**2, atoms)`, moved to the precision and device of the data.
            beta: positive weight of the patch term.
            lam: positive soft-threshold level, a number or one for each atom, `(atoms,)`.
            variant: whether a patch loses its own mean or the mean of `H'y` at its place.

        Raises:
            ValueError: when beta or lam is not positive and finite, lam has another length than the
                dictionary has atoms, the dictionary has no square patches, or the image is smaller than
                a patch.
        """
        levels = torch.as_tensor(lam, dtype=torch.float64).flatten()
        for name, values in (("beta", [beta]), ("lam", levels.tolist())):
            for value in values:
                if not (value > 0 and math.isfinite(value)):
                    raise ValueError(f"{name} must be a positive number, and is {value}")
        if len(levels) not in (1, dictionary.shape[1]):
            raise ValueError(f"there are {len(levels)} levels lam for {dictionary.shape[1]} atoms")
        size = math.isqrt(dictionary.shape[0])
        if size * size != dictionary.shape[0]:
            raise ValueError(f"{dictionary.shape[0]} pixels an atom are not a square patch")
        start = operator.start(data)
        grid = PatchGrid(start.shape[0], *operator.image_shape, size)
        means = grid.means(start).flatten() if variant == "fixed-mean" else None
        atoms = dictionary.to(start)
        column = levels.expand(atoms.shape[1]).to(start)[:, None].contiguous()
        return cls(operator, data, atoms, float(beta), column, start, grid, means)

    @property
    def domain(self) -> Domain:
        """The set C."""
        return domain_of(self.operator.parts, self.operator.support)

    def per_image(self, values: Tensor) -> Tensor:
        """Sum what belongs to the planes of an image, `(planes,)` to `(images,)`."""
        return values.view(-1, self.operator.parts).sum(1)

    def blocks(self, single: bool = False) -> Iterator[Block]:
        """Split the patches so that a block's arrays stay in the cache of a CPU, or fill a GPU.

        Args:
            single: let no block hold patches of two planes.
        """
        columns = 2000 if self.start.device.type == "cpu" else 1 << 20
        return self.grid.blocks(min(columns, self.grid.per_image) if single else columns)

    def centred(self, x: Tensor, block: Block) -> Tensor:
        """Return what the atoms have to explain, `P~k x` or `P_k x - m_k`, `(size**2, columns)`."""
        patches = self.grid.extract(x, block)
        level = patches.mean(0) if self.means is None else self.means[block.columns]
        return patches.sub_(level)

    def gram(self, x: Tensor) -> Tensor:
        """Return `sum_k P~k' P~k x`, in the fixed-mean variant `sum_k P_k' P_k x`."""
        return self.grid.gram(x, remove_mean=self.means is None)

    def spread_means(self) -> Tensor | float:
        """Return `sum_k P_k' 1 m_k`, `(batch, height, width)`; zero in the mean-free variant."""
        if self.means is None:
            return 0.0
        grid = self.grid
        return grid.spread(self.means.view(grid.batch, grid.rows, grid.cols))

    def synthesise(self, codes: Codes) -> Tensor:
        """Return the folded synthesis `sum_k P_k' (D a_k + m_k)`, `(batch, height, width)`."""
        out = torch.zeros_like(self.start)
        for block in self.blocks():
            self.grid.fold(self.dictionary @ codes.block(block), out, block)
        return out + self.spread_means()


class Objective(NamedTuple):
    """J and its parts, one float64 number an image: `(images,)` each."""

    total: Tensor
    data: Tensor
    misfit: Tensor
    sparsity: Tensor


def _total(values: Tensor) -> Tensor:
    return values.flatten(1).sum(1, dtype=torch.float64)


def objective(problem: Problem, x: Tensor, codes: Codes) -> Objective:
    """Evaluate J at `(x, a)`; sums run in float64.

    Args:
        problem: the problem.
        x: `(planes, height, width)`; whether it lies in C is not checked.
        codes: the sparse codes.

    Returns:
        J and its parts: data term, `beta/2 sum |P~k x - D a_k|^2` and `beta sum_k sum_j lam_j |a_kj|`.
    """
    misfit, sparsity = _patch_terms(problem, x, codes)
    data = 0.5 * _total((problem.operator.forward(x) - problem.data).abs().square())
    misfit = 0.5 * problem.beta * problem.per_image(misfit)
    sparsity = problem.beta * problem.per_image(sparsity)
    return Objective(data + misfit + sparsity, data, misfit, sparsity)


def _patch_terms(problem: Problem, x: Tensor, codes: Codes) -> tuple[Tensor, Tensor]:
    if usable(x):
        state = codes.state.contiguous()
        levels = problem.lam.flatten()
        threshold = torch.zeros_like(levels) if codes.threshold is None else codes.threshold.flatten()
        return patch_terms(
            problem.grid,
            list(problem.blocks()),
            x,
            problem.means,
            problem.dictionary,
            state,
            threshold,
            levels,
        )
    misfit = x.new_zeros(problem.grid.batch, dtype=torch.float64)
    sparsity = torch.zeros_like(misfit)
    for block in problem.blocks():
        coefficients = codes.block(block)
        residual = torch.addmm(problem.centred(x, block), problem.dictionary, coefficients, alpha=-1)
        misfit[block.images] += problem.grid.per_image_sum(residual.square_(), block)
        sparsity[block.images] += problem.grid.per_image_sum(coefficients.abs() * problem.lam, block)
    return misfit, sparsity


class DualSums:
    """Collects feasible patch multipliers `r_k` into a lower bound on the minimum of J, in float64.

    With `|d_j' r_k| <= lam_j` for each atom (and zero mean in the mean-free variant) and
    `g = beta sum_k P~k' r_k`, for any `w` the minimum of J is at least

        -1/2 |w|^2 - Re<w, y> + min over x in C of <H'w + g, x> - beta sum_k ( 1/2 |r_k|^2 + <r_k, m_k> ).
    """

    def __init__(self, problem: Problem) -> None:
        """Start with no multipliers."""
        self.problem = problem
        self._folded = torch.zeros_like(problem.start, dtype=torch.float64)
        self._penalty = problem.start.new_zeros(problem.grid.batch, dtype=torch.float64)
        self.levels = problem.lam.flatten()
        """lam of each atom, `(atoms,)`."""

    def add(self, multipliers: Tensor, correlations: Tensor, block: Block) -> None:
        """Add a block's multipliers, each scaled into the feasible set.

        Args:
            multipliers: `r_k` before scaling, `(size**2, columns of the block)`.
            correlations: `D' r_k`, `(atoms, columns of the block)`.
            block: their place.
        """
        problem, grid = self.problem, self.problem.grid
        peak = (correlations.abs() / problem.lam).amax(0).clamp_min(1)
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
            folded: `sum_k P_k' r_k` on the block's rows of its planes, float64.
            penalty: `sum_k 1/2 |r_k|^2 + <r_k, m_k>` of each plane, float64.
            block: their place.
        """
        rows = slice(block.rows.start, block.rows.stop + self.problem.grid.size - 1)
        self._folded[block.images, rows] += folded
        self._penalty[block.images] += penalty

    def bound(self, x: Tensor) -> Tensor:
        """Return the lower bound on the minimum of J for each image, `(images,)` float64.

        Args:
            x: an image near the minimum, `(planes, height, width)`; any gives a valid bound.
        """
        problem = self.problem
        g = problem.beta * self._folded
        data = problem.data.to(torch.promote_types(problem.data.dtype, torch.float64))
        w = problem.operator.dual_point(g, x.double(), data)
        slope = problem.operator.adjoint(w) + g
        product = _total((w.conj() * data).real if w.is_complex() else w * data)
        quadratic = 0.5 * _total(w.abs().square())
        penalty = problem.beta * problem.per_image(self._penalty)
        return problem.domain.least(slope) - quadratic - product - penalty


def certify(problem: Problem, x: Tensor, codes: Codes) -> Tensor:
    """Return a lower bound on the minimum of J from the residuals `P~k x - D a_k`, `(images,)` float64.

    Valid at any iterate; tight only where the codes are accurate.
    """
    sums = DualSums(problem)
    for block in problem.blocks():
        patches = problem.centred(x, block)
        residual = torch.addmm(patches, problem.dictionary, codes.block(block), alpha=-1)
        sums.add(residual, problem.dictionary.T @ residual, block)
    return sums.bound(x)


def relative_gap(problem: Problem, value: Tensor, bound: Tensor) -> float:
    """Return the largest `(J - max(L, 0)) / max(J, 1e-8 n)` of the batch, `n` the number of pixels.

    J is nowhere below zero; where its minimum is zero, as for a constant image, rounding keeps L below.
    """
    floor = 1e-8 * problem.grid.height * problem.grid.width
    return float(((value - bound.clamp_min(0)) / value.clamp_min(floor)).max())
