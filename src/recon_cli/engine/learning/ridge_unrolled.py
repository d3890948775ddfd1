"""A few gradient steps on the denoising objective, the map that is trained."""

from __future__ import annotations

from torch import Tensor

from ..priors.ridge.regulariser import RidgeRegulariser

_STEP = 1.25
"""Of 1 / Lipschitz constant off the borders; below 2 / 1.6, with room for what mirrored borders add."""


def gradient_denoiser(noisy: Tensor, regulariser: RidgeRegulariser, lam: Tensor, steps: int) -> Tensor:
    """Denoise by `x <- x - alpha (x - y + lam grad R(x))`, started at the data, without a box.

    Args:
        noisy: `y`, `(batch, height, width)`.
        regulariser: gradients flow into its filters and profiles.
        lam: weight of the regulariser, `()`; differentiable.
        steps: how many, t in the paper.

    Returns:
        The denoised images, `(batch, height, width)`.
    """
    height, width = noisy.shape[1:]
    bank = regulariser.bank((height, width))
    alpha = _STEP / (1 + lam * regulariser.smoothness)
    x = noisy
    for _ in range(steps):
        x = x - alpha * (x - noisy + lam * regulariser.gradient(x, bank))
    return x
