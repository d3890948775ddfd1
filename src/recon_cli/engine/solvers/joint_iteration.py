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
from dataclasses import replace

import torch
from torch import Tensor

from ..priors.dictionary.codes import Codes
from ..priors.dictionary.dual_sums import DualSums
from ..priors.dictionary.problem import PatchProblem
from .code_update import JointCodes, Matrices, Support, joint_codes_of
from .conjugate_gradients import Map
from .first_image import first_image
from .image_system import ImageSystem
from .split import SHORT, Split, code_penalties

_FAR = 1
"""From C, in units of its range; what is nearer is left to the iteration, which begins as well from zero."""


class JointIteration:
    """The iterates: the image, its copy in the box with its multiplier, and the codes."""

    relaxation = 1.7

    def __init__(
        self,
        problem: PatchProblem,
        system: ImageSystem,
        patches: JointCodes,
        pull: Map,
        project: Callable[[Tensor], Tensor],
        x: Tensor,
    ) -> None:
        """Put the parts together, see `of` and `derivative`.

        Args:
            problem: gives beta and the patches.
            system: solves for the image.
            patches: updates the codes.
            pull: takes x to `b - N x` of the whole data term, `H'(y - H x)`, or to what takes its place.
                Rounding of b and `N x`, which may be large, would be multiplied by a small mu.
            project: on the set of the image's copy.
            x: first image.
        """
        self.problem, self.system, self.patches = problem, system, patches
        self._project = project
        diagonal, mu, nothing = system.diagonal, system.split_penalty, torch.zeros_like(x)
        self._right = nothing + problem.beta * problem.spread_means()
        self._pull: Map | None = pull
        self._data, self._share = nothing, torch.ones_like(x)
        if diagonal is not None:
            self._pull, self._data, self._share = None, pull(nothing) / mu, 1 / (1 + diagonal / mu)
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
        matrices = Matrices(problem, code_penalties(problem, start))
        state = start.state if start and overwrite else None
        measurement = problem.measurement
        patches = joint_codes_of(problem, matrices, state=state)
        system = ImageSystem(problem, matrices, split)
        image = problem.start if start else first_image(problem)
        solver = cls(problem, system, patches, measurement.pull, measurement.domain.project, image)
        if system.diagonal is None:
            # data far outside C pull with all their weight, which the multiplier is near from the start
            pulled = measurement.pull(solver.box)
            strong = pulled.abs() > _FAR * max(measurement.norm**2, 1.0)
            far = measurement.domain.outward(solver.box, pulled * strong)
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
        measurement, ahead = self.problem.measurement, torch.ones_like(self.box)
        domain = measurement.domain
        ends = domain.outward(self.box, ahead) - domain.outward(self.box, -ahead)
        free = (ends == 0).to(self.box)
        support = Support(self.patches.codes.state, 1 / (1 + eps / matrices.rho))
        patches = joint_codes_of(linear, matrices, support)

        def pull(x: Tensor) -> Tensor:
            return gradient - measurement.normal(x)

        return JointIteration(
            linear, self.system, patches, pull, lambda x: free * x, torch.zeros_like(gradient)
        )

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
        self.x = self.system.solve(right, self.x, self._pull)
        relaxed = alpha * self.x + (1 - alpha) * self.box + self.box_dual
        self.box = self._project((relaxed + self._data) * self._share)
        self.box_dual = relaxed - self.box
