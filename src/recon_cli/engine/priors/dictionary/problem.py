"""The convex problem and its objective J.

    J(x, a) = 1/2 |H x - y|^2 + beta * sum_k ( 1/2 |P~k x - D a_k|^2 + sum_j lam_j w_kj |a_kj| ),   x in C

with C the images in a box, as [0, 1]^n, or the complex ones with |x_i| <= 1, whose real and imaginary parts
then both have the patch term. This is the synthesis model of Ducotterd, Neumayer and Unser, "Learning a
convex patch-based synthesis model via deep equilibrium", ICASSP 2024, with factors 1/2 and the penalty
written `beta * lam`, which may differ between atoms. The weights `w_kj` are 1 but in a problem that is solved
for a second time, see `reweighting`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import torch
from torch import Tensor

from ...measurement import Measurement
from ...native.library import usable
from ...native.objective import patch_terms
from ...patches.grid import Block, Boundary, PatchGrid
from ...reductions import without_level
from .codes import Codes, weighted

Variant = Literal["mean-free", "fixed-mean"]


@dataclass(frozen=True)
class PatchProblem:
    """A batch of inverse problems that share operator, dictionary and parameters.

    Attributes:
        measurement: H, y and C.
        dictionary: `D`, `(size**2, atoms)`; columns of zero mean, spectral norm 1.
        beta: weight of the patch term.
        lam: soft-threshold level of each atom, `(atoms, 1)`.
        start: first image, `(planes, height, width)`, see `domain`.
        grid: the patches of all planes.
        means: `m_k` of the fixed-mean variant, `(columns,)`; None in the mean-free variant.
        weights: `w` of the penalties, `(atoms, columns)`, positive; None where they are 1.
    """

    measurement: Measurement
    dictionary: Tensor
    beta: float
    lam: Tensor
    start: Tensor
    grid: PatchGrid
    means: Tensor | None
    weights: Tensor | None = None

    @classmethod
    def create(
        cls,
        measurement: Measurement,
        dictionary: Tensor,
        beta: float,
        lam: float | Tensor,
        variant: Variant = "mean-free",
        stride: int = 1,
        boundary: Boundary = "inside",
    ) -> PatchProblem:
        """Set up the problem of the given data.

        Args:
            measurement: H, y and C.
            dictionary: `(size**2, atoms)`, moved to the precision and device of the data.
            beta: positive weight of the patch term.
            lam: positive soft-threshold level, a number or one for each atom, `(atoms,)`.
            variant: whether a patch loses its own mean or the mean of `H'y` at its place.
            stride: see `PatchGrid`.
            boundary: see `PatchGrid`.

        Raises:
            ValueError: when beta or lam is not positive and finite, lam has another length than the
                dictionary has atoms, the dictionary has no square patches, the image is smaller than
                a patch, or the stride is none.
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
        start = measurement.start()
        grid = PatchGrid(start.shape[0], *measurement.shape, size, stride, boundary)
        means = grid.means(start).flatten() if variant == "fixed-mean" else None
        atoms = dictionary.to(start)
        column = levels.expand(atoms.shape[1]).to(start)[:, None].contiguous()
        return cls(measurement, atoms, float(beta), column, start, grid, means)

    def double(self) -> PatchProblem:
        """Return the same problem in double precision."""
        return replace(
            self,
            measurement=self.measurement.double(),
            dictionary=self.dictionary.double(),
            lam=self.lam.double(),
            start=self.start.double(),
            means=None if self.means is None else self.means.double(),
            weights=None if self.weights is None else self.weights.double(),
        )

    def levels(self, block: Block) -> Tensor:
        """Return `lam_j w_kj` of a block, `(atoms, 1 or columns of the block)`."""
        return weighted(self.lam, self.weights, block)

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


def steepest(beta: float, size: int, variant: Variant, stride: int = 1) -> float:
    """Return a bound on the derivative of the patch term by any pixel, over x in [0, 1]^n.

    It is `beta` times a sum of residuals of at most `ceil(size / stride)**2` patches. Sparse codes leave none
    that is longer than the patch without its mean, at most `size / 2`. There is no bound where the means are
    those of data.

    Args:
        beta: weight of the patch term.
        size: side of a patch in pixels.
        variant: how a patch loses its mean.
        stride: pixels from a patch to the next one.
    """
    return 0.5 * beta * size * math.ceil(size / stride) ** 2 if variant == "mean-free" else math.inf


class Objective(NamedTuple):
    """J and its parts, one float64 number an image: `(images,)` each."""

    total: Tensor
    data: Tensor
    misfit: Tensor
    sparsity: Tensor


def objective(problem: PatchProblem, x: Tensor, codes: Codes) -> Objective:
    """Evaluate J at `(x, a)`; sums run in float64.

    Args:
        problem: the problem.
        x: `(planes, height, width)`; whether it lies in C is not checked.
        codes: the sparse codes.

    Returns:
        J and its parts: data term, `beta/2 sum |P~k x - D a_k|^2` and `beta sum_k sum_j lam_j w_kj |a_kj|`.
    """
    misfit, sparsity = _patch_terms(problem, x, codes)
    measurement = problem.measurement
    data = measurement.data_term(measurement.forward(x))
    misfit = 0.5 * problem.beta * measurement.per_image(misfit)
    sparsity = problem.beta * measurement.per_image(sparsity)
    return Objective(data + misfit + sparsity, data, misfit, sparsity)


def _patch_terms(problem: PatchProblem, x: Tensor, codes: Codes) -> tuple[Tensor, Tensor]:
    if problem.means is None:  # no patch sees the level of the image, but for rounding
        x = without_level(x)
    if usable(x) and (codes.threshold is None or codes.weights is problem.weights):
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
            problem.weights,
        )
    misfit = x.new_zeros(problem.grid.batch, dtype=torch.float64)
    sparsity = torch.zeros_like(misfit)
    for block in problem.blocks():
        coefficients = codes.block(block)
        residual = torch.addmm(problem.centred(x, block), problem.dictionary, coefficients, alpha=-1)
        misfit[block.images] += problem.grid.per_image_sum(residual.square_(), block)
        sparsity[block.images] += problem.grid.per_image_sum(
            coefficients.abs() * problem.levels(block), block
        )
    return misfit, sparsity
