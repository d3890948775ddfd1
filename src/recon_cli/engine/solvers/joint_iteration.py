"""An iteration of joint ADMM, on the problem itself and on its derivative.

The splits are `a = z` for the codes and `x = w` for the box. Given `v = z - u` of a patch, the codes are
`a = v + D'K (P~x - D v)` with `K = (D D' + rho I)^-1`, here for the same rho of all atoms. Eliminating them
leaves one system in the image,

    (H'H + mu I + beta sum_k P~k' W P~k) x = H'y + mu (w - t) + beta sum_k P~k' W D v,   W = rho C K C,

with `C` the removal of the mean, which a few conjugate gradient steps solve. This takes care of the
steep spectrum of learned dictionaries, on which gradient steps crawl.

Where the supports of the codes and the pixels inside the box are fixed, the minimum is the solution of a
linear system, and so is its derivative (see `minimum`). The same iteration solves both: the support takes
the place of the shrinkage, the free pixels that of the box, a gradient that of `H'y`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from ..circulant import Circulant, on_grid
from ..priors.dictionary.codes import Codes
from ..priors.dictionary.dual_sums import DualSums
from ..priors.dictionary.problem import PatchProblem
from .code_update import JointCodes, Matrices, Support, joint_codes_of
from .conjugate_gradients import conjugate_gradients

_FAR = 1
"""From C, in units of its range; what is nearer is left to the iteration, which begins as well from zero."""
_COMPLETE = 0.99
"""Smallest eigenvalue from which on the data determine the image by themselves."""


class ImageSystem:
    """The system in the image, which problem and derivative share."""

    reduction = 0.3

    def __init__(self, problem: PatchProblem, matrices: Matrices) -> None:
        """Prepare the preconditioner: the system's circulant part."""
        self.matrices = matrices
        self._measurement, self._beta = problem.measurement, problem.beta
        parts = problem.measurement.parts
        spectrum = problem.measurement.spectrum(problem.start)
        self.box_penalty = _box_penalty(problem, spectrum)
        spectrum = spectrum + self.box_penalty
        overlap = on_grid(matrices.overlap.spectrum, problem.grid.width, parts)
        self._precondition = Circulant(1 / (spectrum + problem.beta * overlap), parts)
        self._floor = 3 * torch.finfo(problem.start.dtype).eps

    def solve(self, right: Tensor, x: Tensor) -> Tensor:
        """Reduce the residual from `x` on, `(planes, height, width)`."""
        return conjugate_gradients(
            self._apply,
            right,
            x,
            self._precondition,
            self._floor,
            self.reduction,
            parts=self._measurement.parts,
        )

    def _apply(self, x: Tensor) -> Tensor:
        normal = self._measurement.normal(x)
        return normal + self.box_penalty * x + self._beta * self.matrices.overlap(x)


class JointIteration:
    """The iterates: the image, its copy in the box with its multiplier, and the codes."""

    relaxation = 1.7
    penalty = 0.35
    """Times lam to the power 3/4: measured for denoising and MRI, lam from 5e-5 to 8e-3."""

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
            right: the constant part of the right-hand side, `(planes, height, width)`.
            project: on the set of the image's copy.
            x: first image.
        """
        self.problem, self.system, self.patches = problem, system, patches
        self._right, self._project = right, project
        self.x, self.box = x, project(x)
        self.box_dual = torch.zeros_like(x)

    @classmethod
    def of(cls, problem: PatchProblem) -> JointIteration:
        """Return the iteration for the minimum of J, at the problem's first image with codes of zero."""
        matrices = Matrices(problem, _penalties(problem))
        right = problem.measurement.adjoint(problem.measurement.data) + problem.beta * problem.spread_means()
        patches, system = joint_codes_of(problem, matrices), ImageSystem(problem, matrices)
        solver = cls(problem, system, patches, right, problem.measurement.domain.project, problem.start)
        # data far outside C pull with all their weight, which the multiplier is near from the start
        pull = problem.measurement.adjoint(problem.measurement.data) - problem.measurement.normal(solver.box)
        far = problem.measurement.domain.outward(solver.box, pull * (pull.abs() > _FAR))
        solver.box_dual = far / system.box_penalty
        return solver

    def derivative(self, gradient: Tensor, eps: float) -> JointIteration:
        """Return the iteration for `A w = gradient`, with the supports and the free pixels of these iterates.

        Args:
            gradient: of a loss with respect to the image, `(planes, height, width)`.
            eps: ridge on the codes.
        """
        matrices, means = self.system.matrices, self.problem.means
        linear = replace(self.problem, means=None if means is None else torch.zeros_like(means))
        free = ((self.box > 0) & (self.box < 1)).to(self.box)
        support = Support(self.patches.codes.state, 1 / (1 + eps / matrices.rho))
        patches = joint_codes_of(linear, matrices, support)
        nothing = torch.zeros_like(gradient)
        return JointIteration(linear, self.system, patches, gradient, lambda x: free * x, nothing)

    def go_on_from(self, image: Tensor, box_dual: Tensor, codes: Codes) -> None:
        """Take over image, codes and multipliers of an iteration of the same kind, at any beta and lam."""
        self.x, self.box, self.box_dual = image, image, box_dual
        self.patches.go_on_from(codes)

    def advance(self, sums: DualSums | None = None) -> None:
        """Do one iteration; with `sums`, collect the multipliers of the joint solve."""
        self.update_image()
        self.patches.update(self.x, sums)

    def update_image(self) -> None:
        """Solve for the image, given the codes."""
        mu, alpha = self.system.box_penalty, self.relaxation
        right = self._right + self.problem.beta * self.patches.folded + mu * (self.box - self.box_dual)
        self.x = self.system.solve(right, self.x)
        relaxed = alpha * self.x + (1 - alpha) * self.box + self.box_dual
        self.box = self._project(relaxed)
        self.box_dual = relaxed - self.box


def _penalties(problem: PatchProblem) -> Tensor:
    """Return rho of each atom, `(atoms, 1)` float64, from lam times the harmonic mean of its weights."""
    typical = problem.lam.double()
    if problem.weights is not None:
        typical = typical / problem.weights.reciprocal().mean(1, keepdim=True)
    return JointIteration.penalty * typical**0.75


def _box_penalty(problem: PatchProblem, spectrum: Tensor) -> float:
    """Return mu, the penalty of the split `x = w`; measured for denoising and MRI.

    Less where no datum reaches some pixels, as in the frame of a crop: there the patch term alone holds them,
    and less still where beta is small. More where the data determine the image by themselves.

    Args:
        problem: the problem.
        spectrum: of the operator.
    """
    measurement = problem.measurement
    seen, support = measurement.operator.seen(), measurement.domain.support
    if seen is not None and support is not None:
        seen = seen | ~support.to(seen.device)
    if seen is not None and not bool(seen.all()):
        return 0.03 * min(1.0, (problem.beta / 0.3) ** 1.5)
    return 0.3 if float(spectrum.min()) > _COMPLETE else 0.1
