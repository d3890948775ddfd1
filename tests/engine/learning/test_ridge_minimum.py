from __future__ import annotations

import pytest
import torch

from recon_cli.engine.learning.ridge_minimum import Accuracy, minimum_denoiser
from recon_cli.engine.priors.ridge.filters import compose
from recon_cli.engine.priors.ridge.regulariser import Profiles, RidgeRegulariser

from ..priors.ridge.subjects import some_images, some_layers, some_regulariser

EXACT = Accuracy(gap=1e-13, residual=1e-9, most=600)


def test_gradients_are_those_of_finite_differences_of_the_minimum() -> None:
    noisy = some_images(10, 9, 2)
    profiles = some_regulariser().profiles
    names = ["first layer", "second layer", "rises", "spacings", "lam"]
    given = [*some_layers(), profiles.rises, profiles.spacings, torch.tensor(2.0, dtype=torch.float64)]
    generator = torch.Generator().manual_seed(4)
    weights = torch.randn(noisy.shape, dtype=torch.float64, generator=generator)

    def loss(values: list[torch.Tensor]) -> torch.Tensor:
        first, second, rises, spacings, lam = values
        ridge = RidgeRegulariser(compose([first, second]), Profiles(rises, spacings))
        return (minimum_denoiser(noisy, ridge, lam, EXACT) * weights).sum()

    leaves = [value.clone().requires_grad_() for value in given]
    gradients = torch.autograd.grad(loss(leaves), leaves)
    for place, (name, gradient) in enumerate(zip(names, gradients, strict=True)):
        direction = torch.randn(given[place].shape, dtype=torch.float64, generator=generator)
        direction /= direction.norm() * 1e5 / given[place].norm()
        with torch.no_grad():
            above, below = (
                float(loss([v + sign * direction if i == place else v for i, v in enumerate(given)]))
                for sign in (1, -1)
            )
        expected = float((gradient * direction).sum())
        assert (above - below) / 2 == pytest.approx(expected, rel=2e-3), name


def test_pixels_at_a_bound_do_not_move() -> None:
    noisy = some_images(10, 9)
    ridge = some_regulariser()
    lam = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    x = minimum_denoiser(noisy, ridge, lam, EXACT)
    at_bound = (x == 0) | (x == 1)
    assert 0 < int(at_bound.sum()) < x.numel()
    (gradient,) = torch.autograd.grad(x[at_bound].sum(), lam)
    assert float(gradient) == 0
