from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from recon_cli.engine.priors.ridge.filters import FilterBank, compose, curvature

from .subjects import some_layers

SHAPES = [(9, 14), (16, 16), (7, 31)]


@pytest.mark.parametrize("sides", [(5,), (3, 5), (3, 3, 3)])
def test_the_composed_filters_do_what_the_layers_do_one_after_the_other(sides: tuple[int, ...]) -> None:
    layers = some_layers(1, sides)
    kernels = compose(layers)
    assert kernels.shape == (6, 1 + sum(side - 1 for side in sides), kernels.shape[1])
    image = torch.randn(1, 1, 30, 30, dtype=torch.float64)
    step = image
    for number, layer in enumerate(layers):
        free = layer - layer.mean((2, 3), keepdim=True) if number == 0 else layer
        step = F.conv2d(step, free.flip(2, 3))
    whole = F.conv2d(image, kernels.flip(1, 2)[:, None])
    assert whole.shape == step.shape
    scale = float((whole * step).sum() / step.square().sum())
    assert scale > 0
    torch.testing.assert_close(whole, scale * step)


def test_the_filters_have_zero_mean_and_norm_one() -> None:
    kernels = compose(some_layers())
    assert float(kernels.sum((1, 2)).abs().max()) < 1e-12
    # by power iteration on a torus, away from the grid of frequencies that was used
    side = 41
    spectrum = torch.fft.rfft2(kernels, s=(side, side))
    x = torch.randn(side, side, dtype=torch.float64)
    for _ in range(300):
        responses = torch.fft.rfft2(x / x.norm()) * spectrum
        x = torch.fft.irfft2((responses * spectrum.conj()).sum(0), s=(side, side))
    assert float(x.norm()) == pytest.approx(1, abs=0.02)


def test_the_curvature_weighs_the_channels() -> None:
    kernels = compose(some_layers())
    slopes = torch.zeros(6, dtype=torch.float64)
    slopes[2] = 3
    alone = curvature(kernels[2:3], torch.ones(1, dtype=torch.float64))
    assert float(curvature(kernels, slopes)) == pytest.approx(3 * float(alone))


@pytest.mark.parametrize("shape", SHAPES)
def test_responses_are_convolutions_of_the_mirrored_image(shape: tuple[int, int]) -> None:
    kernels = compose(some_layers())
    image = torch.randn(2, *shape, dtype=torch.float64)
    mirrored = F.pad(image, (2, 2, 2, 2), mode="reflect")
    slow = F.conv2d(mirrored[:, None], kernels.flip(1, 2)[:, None])
    torch.testing.assert_close(FilterBank(kernels, shape).forward(image), slow)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_adjoint_is_one(shape: tuple[int, int]) -> None:
    bank = FilterBank(compose(some_layers()), shape)
    x = torch.randn(2, *shape, dtype=torch.float64)
    r = torch.randn(2, 6, *shape, dtype=torch.float64)
    assert float((bank.forward(x) * r).sum()) == pytest.approx(float((x * bank.adjoint(r)).sum()), rel=1e-10)


def test_a_constant_image_has_no_responses() -> None:
    bank = FilterBank(compose(some_layers()), (12, 12))
    assert float(bank.forward(torch.full((1, 12, 12), 0.7, dtype=torch.float64)).abs().max()) < 1e-12
