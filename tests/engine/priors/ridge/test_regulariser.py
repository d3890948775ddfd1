from __future__ import annotations

import itertools

import pytest
import torch
import torch.nn.functional as F

from .subjects import some_images, some_regulariser


def test_the_value_is_the_sum_of_the_profiles() -> None:
    ridge, image = some_regulariser(), some_images(12, 15)
    mirrored = F.pad(image, (2, 2, 2, 2), mode="reflect")
    responses = F.conv2d(mirrored[:, None], ridge.kernels.flip(1, 2)[:, None])[0]
    total = 0.0
    for channel, (rises, spacing) in enumerate(
        zip(ridge.profiles.rises, ridge.profiles.spacings, strict=True)
    ):
        knots = spacing * torch.arange(5)
        for response in responses[channel].abs().flatten():
            # the integral of the interpolated derivative, interval by interval
            for knot, rise, before in zip(knots, rises, rises.cumsum(0) - rises, strict=False):
                share = ((response - knot) / spacing).clamp(0, 1)
                total += float(spacing * (share * before + 0.5 * share.square() * rise))
            total += float((response - knots[-1]).clamp_min(0) * rises.sum())
    value, _ = ridge.terms(image, ridge.bank((12, 15)))
    assert float(value) == pytest.approx(total, rel=1e-10)


def test_the_gradient_is_that_of_finite_differences() -> None:
    ridge, image = some_regulariser(), some_images(10, 11)
    bank = ridge.bank((10, 11))
    direction, h = torch.randn_like(image), 1e-6
    (above, _), (below, _) = (ridge.terms(image + sign * h * direction, bank) for sign in (1, -1))
    value, gradient = ridge.terms(image, bank)
    slope = float((gradient * direction).sum())
    assert float((above - below) / (2 * h)) == pytest.approx(slope, rel=1e-6)
    torch.testing.assert_close(ridge.gradient(image, bank), gradient)
    assert float(value) > 0


def test_it_is_convex_along_lines() -> None:
    ridge = some_regulariser()
    bank = ridge.bank((12, 12))
    for seed in range(5):
        start, direction = some_images(12, 12, 2, seed)
        slopes = [
            float((ridge.gradient((start + t * direction)[None], bank) * direction).sum())
            for t in torch.linspace(-2, 2, 41).tolist()
        ]
        assert all(after >= before - 1e-12 for before, after in itertools.pairwise(slopes))
        assert slopes[-1] > slopes[0]


@pytest.mark.parametrize(("shape", "seed"), [((9, 23), 0), ((3, 3), 27), ((3, 40), 6), ((60, 60), 6)])
def test_the_gradient_changes_no_faster_than_the_lipschitz_constant(
    shape: tuple[int, int], seed: int
) -> None:
    ridge = some_regulariser(seed)
    bank, constant = ridge.bank(shape), ridge.lipschitz(shape)
    weights = ridge.profiles.steepest[:, None, None]
    x = torch.randn(1, *shape, dtype=torch.float64)
    for _ in range(300):  # the steepest quadratic that the profiles allow
        x = bank.adjoint(weights * bank.forward(x / x.norm()))
    assert 0.5 * constant < float(x.norm()) <= constant
    assert float(ridge.smoothness) <= constant


def test_scaling_multiplies_the_argument() -> None:
    ridge, image = some_regulariser(), some_images(12, 12)
    bank = ridge.bank((12, 12))
    value, gradient = ridge.scaled(3.0).terms(image, bank)
    whole, slope = ridge.terms(3 * image, bank)
    assert float(value) == pytest.approx(float(whole) / 3)
    torch.testing.assert_close(gradient, slope)
