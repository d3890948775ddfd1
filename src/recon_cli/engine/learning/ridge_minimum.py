"""The minimum of a ridge objective as a differentiable map of its filters, profiles and weight.

At the minimum x of `1/2 |x - y|^2 + lam R(x)` over the box, with pixels at a bound and the intervals of the
splines fixed, the implicit function theorem gives for a loss l(x), on the pixels inside the box,

    (I + lam W' diag(psi''(W x)) W) w = grad l(x),     grad_theta l = -w' d/d_theta ( lam grad R(x; theta) )
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ..measurement import Measurement
from ..operators.identity import Identity
from ..priors.ridge.function import RidgeFunction
from ..priors.ridge.regulariser import Profiles, RidgeRegulariser
from ..priors.smooth import SmoothProblem
from ..solvers.conjugate_gradients import conjugate_gradients
from ..solvers.quasi_newton import quasi_newton

_ROOM = 1.6
"""For what mirrored borders add to the curvature: of two trained regularisers it was 1.19 and 1.56 times as
large there. A training does not look for it anew at each step."""


@dataclass(frozen=True)
class Accuracy:
    """How accurately the two systems are solved.

    Attributes:
        gap: certified relative gap of the minimum.
        residual: of the derivative's linear system, relative.
        most: iterations of each.
    """

    gap: float
    residual: float
    most: int


def minimum_denoiser(
    noisy: Tensor,
    regulariser: RidgeRegulariser,
    lam: Tensor,
    accuracy: Accuracy,
) -> Tensor:
    """Denoise by the minimum of J on the box.

    Args:
        noisy: `y`, `(batch, height, width)`.
        regulariser: gradients flow into its filters and profiles.
        lam: weight of the regulariser, `()`; differentiable.
        accuracy: of both systems.

    Returns:
        The denoised images, `(batch, height, width)`.
    """
    height, width = noisy.shape[1:]
    with torch.no_grad():
        profiles = regulariser.profiles
        fixed = RidgeRegulariser(
            regulariser.kernels.detach(), Profiles(profiles.rises.detach(), profiles.spacings.detach())
        )
        smoothness = _ROOM * float(fixed.smoothness)
        measurement = Measurement(Identity((height, width)), noisy)
        function = RidgeFunction(fixed, (height, width))
        weight = float(lam)
        problem = SmoothProblem(measurement, function, weight, smoothness)
        x = quasi_newton(problem, tolerance=accuracy.gap, max_iterations=accuracy.most).image
    if not torch.is_grad_enabled():
        return x
    inside = ((x > 0) & (x < 1)).to(x)
    pull = lam * regulariser.gradient(x, regulariser.bank((height, width)))
    denoised: Tensor = _Implicit.apply(pull, x, inside, fixed, weight, accuracy)
    return denoised


class _Implicit(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        pull: Tensor,
        x: Tensor,
        inside: Tensor,
        regulariser: RidgeRegulariser,
        lam: float,
        accuracy: Accuracy,
    ) -> Tensor:
        """Return x, whose derivative is that of the system `x = y - pull(x)`."""
        ctx.saved = x, inside, regulariser, lam, accuracy
        return x.clone()

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor | None, ...]:
        x, inside, regulariser, lam, accuracy = ctx.saved
        bank = regulariser.bank((x.shape[1], x.shape[2]))
        curvatures = regulariser.profiles.curvatures(bank.forward(x))

        def apply(w: Tensor) -> Tensor:
            return w + lam * inside * bank.adjoint(curvatures * bank.forward(w))

        right = inside * grad_outputs[0]
        w = conjugate_gradients(
            apply, right, right, lambda r: r, accuracy.residual, max_iterations=accuracy.most
        )
        return -w, None, None, None, None, None
