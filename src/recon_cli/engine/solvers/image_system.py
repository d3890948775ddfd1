"""The system in the image of joint ADMM, see `joint_iteration`, alone or beside those of other images."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import torch
from torch import Tensor

from ..circulant import Circulant, CirculantsBeside, symbol_of
from ..domain import to_images, to_planes
from ..operators.beside import Beside
from ..operators.linear import LinearOperator
from ..patches.overlap import OverlapSum, sums_beside
from ..priors.dictionary.problem import PatchProblem
from .code_update import Matrices
from .company import SolveTogether, in_company
from .conjugate_gradients import Map, conjugate_gradients, in_one_thread
from .recycled import RecycledSteps
from .sampled_convolution import SampledConvolution
from .split import Split, box_penalty

_MOST = 200
"""Most steps of conjugate gradients in an iteration: after a blur, fewer delay the image tenfold."""


class ImageSystem:
    """The system in the image, which problem and derivative share, and the penalty of the split."""

    reduction = 0.3
    """Of the residual in an iteration."""

    def __init__(self, problem: PatchProblem, matrices: Matrices, split: Split) -> None:
        """Prepare the inverse, or that of the nearest block circulant system.

        Args:
            problem: the problem.
            matrices: of its dictionary.
            split: what is wanted of the iteration.
        """
        self.matrices = matrices
        self._measurement, self._beta = problem.measurement, problem.beta
        measurement, overlap = problem.measurement, matrices.overlap
        parts, like = measurement.parts, problem.start
        self._like = like[:1, :1, :1]
        self.diagonal = measurement.operator.diagonal(like)
        """Of `H'H`, `(height, width)`, where the copy of the image has the data term; else None."""
        system = Circulant(problem.beta * overlap.symbol(parts), parts, overlap.stride)
        if self.diagonal is None:
            spectrum = measurement.spectrum(like)
            self.split_penalty = box_penalty(problem, spectrum, system, split)
            of_data = symbol_of(spectrum.to(system.symbol.real), measurement.shape, parts, overlap.stride)
            system = Circulant(system.symbol + of_data, parts, overlap.stride)
        else:
            mean = float(self.diagonal.sum() / (self.diagonal > 0).sum())
            self.split_penalty = split.share(system) * mean
        is_circulant = self.diagonal is not None or measurement.operator.is_convolution
        self._is_light = overlap.is_block_circulant  # else patches are multiplied in every step
        self._is_exact = self._is_light and is_circulant
        self._sampled = None
        if self._is_light and not self._is_exact:
            rest = Circulant(problem.beta * overlap.symbol(1), 1, overlap.stride).shifted(self.split_penalty)
            self._sampled = SampledConvolution.of(measurement.operator, rest, like)
        if self._sampled is None:
            self._inverse = system.shifted(self.split_penalty).inverse().to(like)
        else:
            self._inverse = self._sampled.complete
        # in MRI an accurate solution only delays the codes
        few = measurement.task == "mri" and not self._is_exact
        nearby = spectrum.to(like) if few and self._is_light and parts == 2 else None
        seen = measurement.operator if self.diagonal is None else None
        self._map = _ImageMap(self.split_penalty, self._beta, overlap, seen, self._inverse, nearby, parts)
        self._steps = RecycledSteps(self._map.of_prior, self._map.directed, like, parts) if few else None

    def solve(self, right: Tensor, x: Tensor, pull: Map | None) -> Tensor:
        """Solve, or reduce the residual from `x` on; see `company`.

        Args:
            right: right side but for b, `(planes, height, width)`.
            x: first guess, of the same shape.
            pull: takes x to `b - N x`; None where the copy of the image has the data term.
        """
        return self.alone(right, x, pull) if self._steps is None else in_company(self, right, x, pull)

    def alone(self, right: Tensor, x: Tensor, pull: Map | None) -> Tensor:
        """Solve, see `solve`, by itself."""
        with in_one_thread(x) if self._is_light else nullcontext():
            if self._steps is not None:
                return self._steps(right, x, pull)
            # as a correction, whose rounding errors vanish as the iterates settle
            residual = right - self._map.of_prior(x)
            if pull is not None:
                residual = residual + pull(x)
            if self._is_exact:
                return x + self._inverse(residual)
            if self._sampled is not None:
                return x + self._sampled(residual)
            nothing, parts = torch.zeros_like(x), self._measurement.parts
            return x + conjugate_gradients(
                self._map, residual, nothing, self._inverse, 0.0, self.reduction, _MOST, parts
            )

    def precondition(self, residual: Tensor) -> Tensor:
        """Solve approximately for the system without the penalty's share, in any precision."""
        return self._inverse(residual.to(self._like)).to(residual)

    @property
    def kind(self) -> Hashable:
        """What systems have in common that are solved together."""
        like, shape, parts = self._like, self._measurement.shape, self._map.parts
        return like.dtype, like.device, shape, parts, self._inverse.stride, self._is_light

    @classmethod
    def together(cls, systems: Sequence[ImageSystem]) -> SolveTogether:
        """Return what solves systems of one kind at once, each as it is solved alone."""
        joined = _beside([system._map for system in systems])
        each = [system._steps for system in systems if system._steps is not None]

        def solve(
            rights: Sequence[Tensor], xs: Sequence[Tensor], pulls: Sequence[Map | None]
        ) -> list[Tensor]:
            steps = RecycledSteps(joined.of_prior, joined.directed, rights[0], joined.parts)
            return steps.beside(each, rights, xs, pulls)

        return solve


@dataclass(frozen=True)
class _ImageMap:
    """The map of a system, or those of several, each with planes of its own in a batch.

    Attributes:
        penalty: mu, a number, or one for each plane, `(planes, 1, 1)`.
        beta: likewise.
        patches: the sum over them.
        operator: H; None where the copy of the image has the data term.
        inverse: of the nearest block circulant map.
        nearby: what that has in place of the eigenvalues of `H'H`, `(height, width)` or one for each image,
            where images are complex and it has the map's own sum over patches; else None.
        parts: planes of an image.
    """

    penalty: float | Tensor
    beta: float | Tensor
    patches: Map
    operator: LinearOperator | None
    inverse: Circulant
    nearby: Tensor | None
    parts: int

    def __call__(self, x: Tensor) -> Tensor:
        image = self.of_prior(x)
        return image if self.operator is None else image + self._seen(x)

    def of_prior(self, x: Tensor) -> Tensor:
        """Return what the map makes of planes but for `H'H`."""
        return self.penalty * x + self.beta * self.patches(x)

    def directed(self, residual: Tensor) -> tuple[Tensor, Tensor]:
        """Solve the nearest system, and return with the solution what the map makes of it.

        Where that system has the map's own sum over patches, what it leaves for the data is known there.
        """
        if self.nearby is None:
            x = self.inverse(residual)
            return x, self(x)
        solved = self.inverse.transformed(torch.fft.fft2(to_images(residual, 2)))
        x, of_data = torch.fft.ifft2(torch.stack((solved, self.nearby * solved)))
        assert self.operator is not None
        left = self.operator.normal(x) - of_data
        return to_planes(x, 2), residual + to_planes(left, 2)

    def _seen(self, x: Tensor) -> Tensor:
        """Return `H'H x` of planes."""
        assert self.operator is not None
        return to_planes(self.operator.normal(to_images(x, self.parts)), self.parts)


def _beside(maps: Sequence[_ImageMap]) -> _ImageMap:
    """Return the maps of one image each as one of their batch."""
    parts = maps[0].parts
    sums = [one.patches for one in maps if isinstance(one.patches, OverlapSum)]
    operators = [one.operator for one in maps if one.operator is not None]
    nearby = [one.nearby for one in maps if one.nearby is not None]
    like = maps[0].inverse.symbol

    def of_planes(numbers: Sequence[float | Tensor]) -> Tensor:
        of_images = torch.tensor(numbers, dtype=like.real.dtype, device=like.device)
        return of_images.repeat_interleave(parts)[:, None, None]

    return _ImageMap(
        of_planes([one.penalty for one in maps]),
        of_planes([one.beta for one in maps]),
        sums_beside(sums, parts),
        Beside(operators),
        # a map of real images is that of each plane, one of complex images joins their planes
        CirculantsBeside([one.inverse for one in maps]),
        torch.stack(nearby) if nearby else None,
        parts,
    )
