"""An iteration of joint ADMM, on the problem itself and on its derivative.

The splits are `a = z` for the codes and `x = w` for the image. Given `v = z - u` of a patch, the codes are
`a = v + D'K (P~x - D v)` with `K = (D D' + rho I)^-1`, here for the same rho of all atoms. Eliminating them
leaves one system in the image,

    (N + mu I + beta sum_k P~k' W P~k) x = b + mu (w - t) + beta sum_k P~k' W D v,   W = rho C K C,

with `C` the removal of the mean. Where `H'H` is diagonal, as in denoising, the data term goes with the copy
`w`, whose update is a division for each pixel and the projection on C, and `N` and `b` are zero; else the
copy has the projection alone, `N = H'H` and `b = H'y`. The system takes care of the steep spectrum of learned
dictionaries, on which gradient steps crawl. On a periodic grid, and with `N` zero or a convolution, it is
block circulant and solved at once; after a blur it is so but for the pixels that lack data, see
`sampled_convolution`; else a few steps along conjugate directions solve it.

Where the supports of the codes and the pixels inside the box are fixed, the minimum is the solution of a
linear system, and so is its derivative (see `minimum`). The same iteration solves both: the support takes
the place of the shrinkage, the free pixels that of the box, a gradient that of `H'y`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

import torch
from torch import Tensor

from ..circulant import Circulant, symbol_of
from ..domain import to_images, to_planes
from ..priors.dictionary.codes import Codes
from ..priors.dictionary.dual_sums import DualSums
from ..priors.dictionary.problem import PatchProblem
from .code_update import JointCodes, Matrices, Support, joint_codes_of
from .conjugate_gradients import conjugate_gradients, in_one_thread
from .first_image import first_image
from .recycled import RecycledSteps
from .sampled_convolution import SampledConvolution
from .split import SHORT, Split, box_penalty, code_penalties, is_mixed

_MOST = 200
"""Most steps of conjugate gradients in an iteration: after a blur, fewer delay the image tenfold."""
_FAR = 1
"""From C, in units of its range; what is nearer is left to the iteration, which begins as well from zero."""


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
        self._is_exact = overlap.is_block_circulant and not is_mixed(problem)
        self._is_light = overlap.is_block_circulant  # else patches are multiplied in every step
        self._sampled = None
        if self._is_light and not self._is_exact:
            rest = Circulant(problem.beta * overlap.symbol(1), 1, overlap.stride).shifted(self.split_penalty)
            self._sampled = SampledConvolution.of(measurement.operator, rest, like)
        if self._sampled is None:
            self._inverse = system.shifted(self.split_penalty).inverse().to(like)
        else:
            self._inverse = self._sampled.complete
        self._floor = 3 * torch.finfo(like.dtype).eps
        # in MRI an accurate solution only delays the codes
        few = measurement.task == "mri" and not self._is_exact
        self._nearby = spectrum.to(like) if few and self._is_light and parts == 2 else None
        self._steps = RecycledSteps(self._apply, self._directed, like, parts) if few else None

    def solve(self, right: Tensor, x: Tensor) -> Tensor:
        """Solve, or reduce the residual from `x` on, `(planes, height, width)`."""
        with in_one_thread(x) if self._is_light else nullcontext():
            if self._is_exact:  # as a correction, whose rounding errors vanish as the iterates settle
                return x + self._inverse(right - self._apply(x))
            if self._steps is not None:
                return self._steps(right, x)
            if self._sampled is not None:
                return x + self._sampled(right - self._apply(x))
            parts, most = self._measurement.parts, _MOST
            return conjugate_gradients(
                self._apply, right, x, self._inverse, self._floor, self.reduction, most, parts
            )

    def precondition(self, residual: Tensor) -> Tensor:
        """Solve approximately for the system without the penalty's share, in any precision."""
        return self._inverse(residual.to(self._like)).to(residual)

    def _directed(self, residual: Tensor) -> tuple[Tensor, Tensor]:
        """Solve the nearest system, and return with the solution what the map makes of it.

        That system has the map's own sum over patches on a torus: what it leaves for the data is known there.
        """
        if self._nearby is None:
            x = self._inverse(residual)
            return x, self._apply(x)
        solved = self._inverse.transformed(torch.fft.fft2(to_images(residual, 2)))
        x, of_data = torch.fft.ifft2(torch.stack((solved, self._nearby * solved)))
        left = self._measurement.operator.normal(x) - of_data
        return to_planes(x, 2), residual + to_planes(left, 2)

    def _apply(self, x: Tensor) -> Tensor:
        image = self.split_penalty * x + self._beta * self.matrices.overlap(x)
        return image if self.diagonal is not None else image + self._measurement.normal(x)


class JointIteration:
    """The iterates: the image, its copy in the box with its multiplier, and the codes."""

    relaxation = 1.7

    def __init__(
        self,
        problem: PatchProblem,
        system: ImageSystem,
        patches: JointCodes,
        right: Tensor,
        project: Callable[[Tensor], Tensor],
        x: Tensor,
    ) -> None:
        """Put the parts together, see `of` and `derivative`.

        Args:
            problem: gives beta and the patches.
            system: solves for the image.
            patches: updates the codes.
            right: `H'y`, or what takes its place, `(planes, height, width)`.
            project: on the set of the image's copy.
            x: first image.
        """
        self.problem, self.system, self.patches = problem, system, patches
        self._project = project
        spread, diagonal, mu = problem.beta * problem.spread_means(), system.diagonal, system.split_penalty
        if diagonal is None:
            self._right, self._pull, self._share = (
                right + spread,
                torch.zeros_like(right),
                torch.ones_like(right),
            )
        else:
            self._right, self._pull = torch.zeros_like(right) + spread, right / mu
            self._share = 1 / (1 + diagonal / mu)
        self.x, self.box = x, project(x)
        self.box_dual = torch.zeros_like(x)

    @classmethod
    def of(
        cls,
        problem: PatchProblem,
        split: Split = SHORT,
        start: Codes | None = None,
        overwrite: bool = False,
    ) -> JointIteration:
        """Return the iteration for the minimum of J, at the problem's first image with codes of zero.

        Args:
            problem: the problem.
            split: what is wanted of the iteration.
            start: other codes, which are to be gone on from; the penalty suits their size.
            overwrite: whether their memory is taken.
        """
        matrices = Matrices(problem, code_penalties(problem, split, start))
        state = start.state if start and overwrite else None
        measurement = problem.measurement
        right = measurement.adjoint(measurement.data)
        patches = joint_codes_of(problem, matrices, state=state)
        system = ImageSystem(problem, matrices, split)
        image = problem.start if start else first_image(problem, right)
        solver = cls(problem, system, patches, right, measurement.domain.project, image)
        if system.diagonal is None:
            # data far outside C pull with all their weight, which the multiplier is near from the start
            pull = right - measurement.normal(solver.box)
            strong = pull.abs() > _FAR * max(measurement.norm**2, 1.0)
            far = measurement.domain.outward(solver.box, pull * strong)
            solver.box_dual = far / system.split_penalty
        return solver

    def derivative(self, gradient: Tensor, eps: float) -> JointIteration:
        """Return the iteration for `A w = gradient`, with the supports and the free pixels of these iterates.

        Args:
            gradient: of a loss with respect to the image, `(planes, height, width)`.
            eps: ridge on the codes.
        """
        matrices, means = self.system.matrices, self.problem.means
        linear = replace(self.problem, means=None if means is None else torch.zeros_like(means))
        domain, ahead = self.problem.measurement.domain, torch.ones_like(self.box)
        ends = domain.outward(self.box, ahead) - domain.outward(self.box, -ahead)
        free = (ends == 0).to(self.box)
        support = Support(self.patches.codes.state, 1 / (1 + eps / matrices.rho))
        patches = joint_codes_of(linear, matrices, support)
        nothing = torch.zeros_like(gradient)
        return JointIteration(linear, self.system, patches, gradient, lambda x: free * x, nothing)

    @property
    def codes(self) -> Codes:
        """Of every patch, with their multipliers."""
        return self.patches.codes

    @property
    def multiplier(self) -> Tensor:
        """Of the split of the image, of its shape: `box_dual` is this over mu."""
        return self.system.split_penalty * self.box_dual

    def go_on_from(self, image: Tensor, multiplier: Tensor, codes: Codes) -> None:
        """Take over image, codes and multipliers of an iteration of the same kind, at any beta and lam."""
        self.x, self.box, self.box_dual = image, image, multiplier / self.system.split_penalty
        self.patches.go_on_from(codes)

    def advance(self, sums: DualSums | None = None) -> None:
        """Do one iteration; with `sums`, collect the multipliers of the joint solve."""
        self.update_image()
        self.patches.update(self.x, sums)

    def update_image(self) -> None:
        """Solve for the image, given the codes."""
        mu, alpha = self.system.split_penalty, self.relaxation
        right = self._right + self.problem.beta * self.patches.folded + mu * (self.box - self.box_dual)
        self.x = self.system.solve(right, self.x)
        relaxed = alpha * self.x + (1 - alpha) * self.box + self.box_dual
        self.box = self._project((relaxed + self._pull) * self._share)
        self.box_dual = relaxed - self.box
