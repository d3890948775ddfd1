from __future__ import annotations

import pytest
import torch

from recon_cli.engine.learning.ridge_unrolled import gradient_denoiser
from recon_cli.engine.priors.ridge.filters import compose
from recon_cli.engine.priors.ridge.regulariser import Profiles, RidgeRegulariser

from ..priors.ridge.subjects import some_images, some_layers, some_regulariser


def test_one_step_is_a_gradient_step() -> None:
    ridge, noisy = some_regulariser(), some_images(14, 14)
    step = gradient_denoiser(noisy, ridge, torch.tensor(2.0), 1)
    direction = noisy - step
    expected = ridge.gradient(noisy, ridge.bank((14, 14)))
    ratio = float(direction.norm() / expected.norm())
    torch.testing.assert_close(direction, ratio * expected)
    assert ratio == pytest.approx(2 * 1.25 / (1 + 2 * float(ridge.smoothness)))


def test_many_steps_end_where_the_gradient_vanishes() -> None:
    ridge, noisy = some_regulariser(), some_images(14, 14)
    lam = torch.tensor(2.0)
    x = gradient_denoiser(noisy, ridge, lam, 400)
    gradient = x - noisy + lam * ridge.gradient(x, ridge.bank((14, 14)))
    assert float(gradient.norm() / noisy.norm()) < 1e-8


def test_gradients_of_all_parameters_are_exact() -> None:
    noisy = some_images(9, 9)
    regulariser = some_regulariser()
    parameters = [*some_layers(), regulariser.profiles.rises, regulariser.profiles.spacings.log()]

    def loss(first: torch.Tensor, second: torch.Tensor, *rest: torch.Tensor) -> torch.Tensor:
        rises, spacings, lam = rest
        ridge = RidgeRegulariser(compose([first, second]), Profiles(rises, spacings.exp()))
        return (gradient_denoiser(noisy, ridge, lam, 3) - 0.5).square().sum()

    given = [p.clone().requires_grad_() for p in [*parameters, torch.tensor(2.0, dtype=torch.float64)]]
    assert torch.autograd.gradcheck(loss, given, fast_mode=True)
